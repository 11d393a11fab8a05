"""Records of the CP norm (clinics and hospitals) by hand."""
# ruff: noqa: TID252

from __future__ import annotations

from datetime import date

from ..worked import Zone

PREFIX: list[Zone] = [
    (b"750000001", "ps_id", "750000001"),
    (b" ", "", None),
    (b"2790351215189", "nir_insured", "2790351215189"),
    (b"89", "nir_key", "89"),
]
NUMBER: list[Zone] = [(b"000000007", "invoice_no", "000000007")]
LONG: list[Zone] = [*PREFIX, (b"001", "benef_rank", "001"), *NUMBER]

R2: list[Zone] = [
    (b"2", "type", "2"),
    *LONG,
    (b"1", "operation_nature", "1"),
    (b"ENTREE001", "entry_no", "ENTREE001"),
    (b"01", "regime", "01"),
    (b"751", "fund", "751"),
    (b"0000", "centre", "0000"),
    (b"1", "entitlement_doc_nature", "1"),
    (b"000000", "cover_date", None),
    (b"260101", "rights_from", date(2026, 1, 1)),
    (b"000", "issuer", None),
    (b"   ", "benefit_regime", ""),
    (b"10", "insurance_nature", "10"),
    (b"0", "exo_code", "0"),
    (b"000000", "hospital_or_maternity_date", None),
    (b"000000000", "at_number_or_accident_date", None),
    (b"0", "replacement_cps", "0"),
    (b"790312", "birth_date", "790312"),
    (b"1", "birth_rank", "1"),
    (b"260102", "entry_date", date(2026, 1, 2)),
    (b"260105", "exit_date", date(2026, 1, 5)),
    (b"11", "exit_hour", "11"),
    (b"89", "amc_contract_type", "89"),
    (b"          ", "amc_id", ""),
]

R2S_2005: list[Zone] = [
    (b"2", "type", "2"),
    *LONG,
    (b"S", "letter", "S"),
    (b"01", "seq", "01"),
    (b"000000", "revenue_title_complement", None),
    (b"05", "payee", "05"),
    (b"             ", "nir_individual", ""),
    (b"00", "nir_individual_key", None),
    (b"000000", "", None),
    (b"O", "treating_doctor_declared", "O"),
    (b"MARTIN".ljust(25), "treating_or_referring_name", "MARTIN"),
    (b"ALIX".ljust(15), "treating_or_referring_firstname", "ALIX"),
    (b"751234567", "treating_or_referring_id", "751234567"),
    (b"T", "path", "T"),
    (b" " * 7, "", None),
]

R3_2005: list[Zone] = [
    (b"3", "type", "3"),
    *LONG,
    (b"03", "treatment_mode", "03"),
    (b"000", "discipline", None),
    (b"260102", "stay_from", date(2026, 1, 2)),
    (b"260105", "stay_to", date(2026, 1, 5)),
    (b"GHS  ", "act_code", "GHS"),
    (b"001", "quantity", 1),
    (b" ", "exo_code_line", ""),
    (b"00100", "coefficient", 100),
    (b" ", "daily_fee", ""),
    (b"00000", "mco_coefficient", None),
    (b"0100000", "unit_price", 100000),
    (b"00100000", "base", 100000),
    (b"080", "rate", 80),
    (b"00080000", "amo_amount", 80000),
    (b"00100000", "total", 100000),
    (b"1234", "ghs", "1234"),
    (b"000", "financing_rate", None),
    (b"1", "insured_part", "1"),
    (b"  ", "", None),
    (b" ", "expense_qualifier", ""),
    (b" ", "short_stay", ""),
    (b"0020000", "amc_amount", 20000),
]

R3F_2005: list[Zone] = [
    (b"3", "type", "3"),
    *PREFIX,
    *NUMBER,
    (b"F", "letter", "F"),
    (b"01", "seq", "01"),
    (b"0000", "sesam_reserved", "0000"),
    (b"3100001      ", "lpp_code_1", "3100001"),
    (b"12345678901234", "maker_siret_1", "12345678901234"),
    (b"01", "qty_1", 1),
    (b"0012000", "tariff_1", 12000),
    (b"0012000", "total_1", 12000),
    (b"0011000", "buy_price", 11000),
    (b"0001000", "unit_gap", 1000),
    (b"0001000", "total_gap", 1000),
    (b" " * 22, "", None),
]

R3S_2005: list[Zone] = [
    (b"3", "type", "3"),
    *LONG,
    (b"S", "letter", "S"),
    (b"01", "seq", "01"),
    (b"751234567", "prescriber_id", "751234567"),
    (b"L", "prescriber_condition", "L"),
    (b"01", "prescriber_specialty", "01"),
    (b"260102", "prescription_date", date(2026, 1, 2)),
    (b"000000", "approval_date", None),
    (b"9", "approval", "9"),
    (b"00000000000000", "transfer_or_place", None),
    (b"S", "end_nature", "S"),
    (b"00000000000000", "network_id", None),
    (b"00000", "technical_fee_no", None),
    (b"00000000000000", "device_no", None),
    (b"1", "prescription_origin", "1"),
    (b" " * 13, "", None),
]

R5: list[Zone] = [
    (b"5", "type", "5"),
    *LONG,
    (b"001", "count_type3_4", 1),
    (b"00100000", "base_hospital", 100000),
    (b"00080000", "amo_hospital", 80000),
    (b"00000000", "fees_billed", 0),
    (b"00000000", "amo_fees", 0),
    (b"00020000", "insured_part_before_amc", 20000),
    (b"00020000", "amc_hospital", 20000),
    (b"00000000", "amc_fees", 0),
    (b" " * 17, "", None),
    (b"00100000", "total_hospital", 100000),
    (b" " * 6, "", None),
]

RECORDS = {"2": R2, "2S": R2S_2005, "3": R3_2005, "3S": R3S_2005, "3F": R3F_2005, "5": R5}
