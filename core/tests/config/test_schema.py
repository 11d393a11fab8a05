from __future__ import annotations

import msgspec

from caducee.config import config_schema


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    url: str


def test_the_schema_holds_every_table_and_those_of_the_plugins() -> None:
    schema = config_schema({"stranger": Table})
    root = schema["$defs"][schema["$ref"].rpartition("/")[2]]
    assert set(root["properties"]) == {"kernel", "documents", "sharing", "practitioner", "credentials", "plugins"}
    assert root["additionalProperties"] is False
    assert root["properties"]["plugins"]["properties"] == {"stranger": {"$ref": "#/$defs/Table"}}
    assert schema["$defs"]["Table"]["required"] == ["url"]
    assert schema["$defs"]["Table"]["additionalProperties"] is False


def test_the_schema_says_that_a_secret_is_never_a_value() -> None:
    schema = config_schema({})
    assert schema["$defs"]["KernelConfig"]["properties"]["store_key"] == {"$ref": "#/$defs/Secret"}
    assert schema["$defs"]["Secret"]["type"] == "object"
