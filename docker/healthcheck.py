"""Is this container alive? `web` answers on /sante/; `worker` and `beat` left a heartbeat in the last two minutes."""

import os
import sys
import urllib.request


def web_is_alive() -> bool:
    # As the reverse proxy would ask: neither refused by ALLOWED_HOSTS nor redirected to https.
    host = os.environ.get("ALLOWED_HOSTS", "127.0.0.1").split(",")[0].lstrip(".")
    headers = {"Host": host, "X-Forwarded-Proto": "https"}
    request = urllib.request.Request("http://127.0.0.1:8000/sante/", headers=headers)
    with urllib.request.urlopen(request, timeout=4) as answer:
        return answer.status == 200


def process_is_alive(process: str) -> bool:
    import psycopg

    query = "SELECT count(*) FROM core_heartbeat WHERE process = %s AND at > now() - interval '2 minutes'"
    with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=4) as connection:
        return connection.execute(query, [process]).fetchone() == (1,)


if __name__ == "__main__":
    name = sys.argv[1]
    sys.exit(not (web_is_alive() if name == "web" else process_is_alive(name)))
