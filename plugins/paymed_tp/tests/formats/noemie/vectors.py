"""Entities of NOEMIE PS by hand, without their final mark; 000 and 999 are blocks."""
# ruff: noqa: TID252

from __future__ import annotations

from datetime import date

from ..worked import Zone

R000: list[Zone] = [
    (b"000", "type", "000"),
    (b"CP", "sender_type", "CP"),
    (b"00000000000751", "sender_id", "00000000000751"),
    (b"NOEMIE", "sender_program", "NOEMIE"),
    (b"TP", "dest_type", "TP"),
    (b"00000751234567", "dest_id", "00000751234567"),
    (b"      ", "dest_program", ""),
    (b"NO", "application", "NO"),
    (b"000123", "file_id", "000123"),
    (b"260112", "created", date(2026, 1, 12)),
    (b"0580", "norm_reference", "0580"),
    (b"00", "norm_version", "00"),
    (b" ", "compact", ""),
    (b"N", "crypt", "N"),
    (b"U", "currency", "U"),
    (b"R", "flow", "R"),
    (b" " * 11, "", None),
    (b"128", "record_length", 128),
    (b"      ", "password", ""),
    (b" " * 37, "message", ""),
]

R999: list[Zone] = [
    (b"999", "type", "999"),
    (b"CP", "sender_type", "CP"),
    (b"00000000000751", "sender_id", "00000000000751"),
    (b"NOEMIE", "sender_program", "NOEMIE"),
    (b"TP", "dest_type", "TP"),
    (b"00000751234567", "dest_id", "00000751234567"),
    (b"      ", "dest_program", ""),
    (b"NO", "application", "NO"),
    (b"000123", "file_id", "000123"),
    (b"00000007", "records", 7),
    (b"R", "flow", "R"),
    (b" " * 18, "", None),
    (b"000", "lots", 0),
    (b"00000003100", "sum", 3100),
    (b"P", "sign", "P"),
    (b"0" * 11, "sum_other_currency", None),
    (b" " * 20, "", None),
]

E020: list[Zone] = [
    (b"020", "type", "020"),
    (b"01", "level", "01"),
    (b"000000751234567", "payee_id", "000000751234567"),
]

E040: list[Zone] = [
    (b"040", "type", "040"),
    (b"02", "level", "02"),
    (b"000000751234567", "payee_id", "000000751234567"),
]

E070: list[Zone] = [
    (b"070", "type", "070"),
    (b"02", "level", "02"),
    (b"260112", "accounting_date", date(2026, 1, 12)),
]

E071: list[Zone] = [
    (b"071", "type", "071"),
    (b"02", "level", "02"),
    (b"260112", "date", date(2026, 1, 12)),
    (b"CPAM751 TP 260112 LOT 012".ljust(32), "wire_label_1", "CPAM751 TP 260112 LOT 012"),
    (b" " * 32, "wire_label_2", ""),
    (b"0000000751", "paying_org", "0000000751"),
]

E080: list[Zone] = [
    (b"080", "type", "080"),
    (b"03", "level", "03"),
    (b"260110", "lot_date", date(2026, 1, 10)),
    (b"012", "lot_no", "012"),
]

E081: list[Zone] = [
    (b"081", "type", "081"),
    (b"02", "level", "02"),
    (b"01", "kind", "01"),
    (b" " * 14, "place_of_execution", ""),
]

E100: list[Zone] = [
    (b"100", "type", "100"),
    (b"04", "level", "04"),
    (b"000000042", "invoice_no", "000000042"),
]

E102: list[Zone] = [
    (b"102", "type", "102"),
    (b"03", "level", "03"),
    (b"000000042", "invoice_no", "000000042"),
    (b"      ", "invoice_no_complement", ""),
    (b"012", "lot_no", "012"),
    (b"260110", "lot_date", date(2026, 1, 10)),
    (b"F", "invoice_type", "F"),
    (b"260109", "invoice_date", date(2026, 1, 9)),
    (b"E", "amc_treatment", "E"),
    (b"AS", "insurance_nature", "AS"),
]

E103: list[Zone] = [
    (b"103", "type", "103"),
    (b"04", "level", "04"),
    (b"2790351215189", "nir", "2790351215189"),
    (b"89", "nir_key", "89"),
    (b"ESSAI".ljust(25), "birth_name", "ESSAI"),
    (b" " * 25, "used_name", ""),
    (b"ALICE".ljust(15), "firstname", "ALICE"),
    (b" " * 13, "nir_individual", ""),
    (b"00", "nir_individual_key", None),
    (b"790312", "birth_date", "790312"),
    (b"1", "birth_rank", "1"),
    (b" " * 25, "benef_name", ""),
    (b" " * 15, "benef_firstname", ""),
    (b"0001", "management_unit", "0001"),
]

E198: list[Zone] = [
    (b"198", "type", "198"),
    (b"04", "level", "04"),
    (b"00002100", "asked", 2100),
    (b"P", "state", "P"),
    (b"00002100", "paid", 2100),
    (b"P", "sign", "P"),
]

E199: list[Zone] = [
    (b"199", "type", "199"),
    (b"04", "level", "04"),
    (b"00000900", "asked", 900),
    (b"R", "state", "R"),
    (b"00000000", "paid", 0),
    (b"P", "sign", "P"),
    (b"0775627391", "amc_id", "0775627391"),
    (b"ADH000000000001", "member_id", "ADH000000000001"),
]

E210: list[Zone] = [
    (b"210", "type", "210"),
    (b"05", "level", "05"),
    (b"01", "line", "01"),
    (b"10", "regime_code", "10"),
    (b"0", "exo_code", "0"),
    (b"00", "treatment_mode", "00"),
    (b"000", "dmt", "000"),
    (b"000000", "prescription_date", None),
    (b"260109", "care_from", date(2026, 1, 9)),
    (b"260109", "care_to", date(2026, 1, 9)),
    (b"00003000", "unit_price", 3000),
    (b"00003000", "base", 3000),
    (b"070", "rate", 70),
    (b"00002100", "refunded", 2100),
    (b"P", "sign", "P"),
    (b"G  ", "act_nature", "G"),
    (b"  ", "act_complement", ""),
    (b"001", "quantity", 1),
    (b"00100", "coefficient", 100),
    (b"000", "count", 0),
    (b"00003000", "expense", 3000),
    (b"  ", "qualifier", ""),
    (b"000", "alsace_moselle_rate", 0),
    (b"00000000", "alsace_moselle_amount", 0),
    (b"030", "amc_rate", 30),
    (b"00000900", "amc_amount", 900),
    (b"00003000", "amc_base", 3000),
]

E250: list[Zone] = [
    (b"250", "type", "250"),
    (b"03", "level", "03"),
    (b"01", "line", "01"),
    (b"CREANCE001", "debt_ref", "CREANCE001"),
    (b"251103", "debt_date", date(2025, 11, 3)),
    (b"IND", "debt_kind", "IND"),
    (b"RPR", "operation", "RPR"),
    (b"00000500", "amount", 500),
    (b"N", "sign", "N"),
    (b"00000000", "remaining", 0),
]

E261: list[Zone] = [
    (b"261", "type", "261"),
    (b"03", "level", "03"),
    (b"00012", "code", "00012"),
    (b"00001500", "amount", 1500),
]

E262: list[Zone] = [
    (b"262", "type", "262"),
    (b"04", "level", "04"),
    (b"00012", "code", "00012"),
    (b"FORFAIT MEDECIN TRAITANT".ljust(80), "label", "FORFAIT MEDECIN TRAITANT"),
    (b" " * 13, "nir", ""),
    (b"00", "nir_key", None),
    (b"000000", "birth_date", None),
    (b"0", "birth_rank", None),
    (b"A", "period", "A"),
    (b"250101", "from_date", date(2025, 1, 1)),
    (b"251231", "to_date", date(2025, 12, 31)),
    (b"00001500", "amount", 1500),
]

E290: list[Zone] = [
    (b"290", "type", "290"),
    (b"05", "level", "05"),
    (b"01", "line", "01"),
    (b"0009-816  ", "code", "0009-816"),
    (b"MOTIF D'ESSAI".ljust(80), "label", "MOTIF D'ESSAI"),
]

E294: list[Zone] = [
    (b"294", "type", "294"),
    (b"05", "level", "05"),
    (b"0009", "code", "0009"),
    (b"MOTIF D'ESSAI".ljust(86), "label", "MOTIF D'ESSAI"),
    (b"F", "scope", "F"),
    (b"C", "part", "C"),
    (b"G    ", "act", "G"),
    (b"260109", "care_date", date(2026, 1, 9)),
    (b"751234567", "executant", "751234567"),
    (b"001", "line", "001"),
    (b"00", "rank", None),
    (b" " * 30, "extra", ""),
]

E295: list[Zone] = [
    (b"295", "type", "295"),
    (b"05", "level", "05"),
    (b"1", "code", "1"),
    (b"COMMENTAIRE D'ESSAI".ljust(128), "text", "COMMENTAIRE D'ESSAI"),
]

E990: list[Zone] = [
    (b"990", "type", "990"),
    (b"99", "level", "99"),
    (b"071".ljust(17), "level_id", "071"),
    (b"00000001", "count", 1),
    (b"00000003100", "sum", 3100),
    (b"P", "sign", "P"),
]

ALL = {
    "000": R000,
    "999": R999,
    "020": E020,
    "040": E040,
    "070": E070,
    "071": E071,
    "080": E080,
    "081": E081,
    "100": E100,
    "102": E102,
    "103": E103,
    "198": E198,
    "199": E199,
    "210": E210,
    "250": E250,
    "261": E261,
    "262": E262,
    "290": E290,
    "294": E294,
    "295": E295,
    "990": E990,
}

BODY = [E071, E081, E102, E103, E198, E199, E294, E250, E261, E262, E990]
"""A wire of 31,00 €: 21,00 paid, a part refused, 5,00 withheld, 15,00 of lump sum; 990 counts its one return kind."""
