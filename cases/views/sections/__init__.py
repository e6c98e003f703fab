"""What each part of the page of a file needs. One module a part; templates of the same names in cases/sections/."""
