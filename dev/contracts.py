"""Contract of import-linter: an application is entered by its front door only."""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class FrontDoorContract(Contract):
    """From outside, only the modules named in `doors` may be imported. `open_packages` have no inside (core)."""

    type_name = "front_door"

    packages = fields.SetField(subfield=fields.StringField())
    doors = fields.SetField(subfield=fields.StringField())
    # "application.module" that are doors of that application alone.
    extra_doors = fields.SetField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        broken = sorted(
            f"{detail['importer']} imports {detail['imported']} (l. {detail['line_number']})"
            for package in self.packages
            for module in {package, *graph.find_descendants(package)}
            if not self.is_a_door(module)
            for importer in graph.find_modules_that_directly_import(module)
            if importer.split(".")[0] != package
            for detail in graph.get_import_details(importer=importer, imported=module)
        )
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def is_a_door(self, module: str) -> bool:
        parts = module.split(".")
        # A package named for a layer (cases.models.threat) is that layer.
        return len(parts) > 1 and (parts[1] in self.doors or ".".join(parts[:2]) in (self.extra_doors or ()))

    def render_broken_contract(self, check: ContractCheck) -> None:
        for line in check.metadata["broken"]:
            output.print_error(f"- {line}")
        output.new_line()
