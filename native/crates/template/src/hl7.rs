//! HL7 v3: the TS data type (`YYYY[MM[DD[hh[mm[ss[.f…]]]]]][±hhmm]`, and only instants that exist), null flavours.

/// Say whether `code` is a null flavour of CDA R2 (HL7 v3 data types, vocabulary `NullFlavor`).
pub(crate) fn is_null_flavor(code: &str) -> bool {
    matches!(code, "NI" | "OTH" | "NINF" | "PINF" | "UNK" | "ASKU" | "NAV" | "NASK" | "TRC" | "MSK" | "NA" | "NP")
}

/// Say whether `text` is a time of the calendar.
pub(crate) fn is_time(text: &[u8]) -> bool {
    if let Some((digits, [b'+' | b'-', zone @ ..])) = text.split_at_checked(14)
        && zone.len() == 4
    {
        // Seconds and a zone: the form of almost every time.
        return is_number(digits) && is_zone(zone) && exists(digits);
    }
    let (instant, zone) = halves(text, |byte| matches!(byte, b'+' | b'-'));
    let (digits, fraction) = halves(instant, |byte| byte == b'.');
    let fraction_fits = fraction.is_none_or(|f| digits.len() == 14 && (1..=4).contains(&f.len()) && is_number(f));
    is_number(digits) && fraction_fits && zone.is_none_or(|z| digits.len() > 8 && is_zone(z)) && exists(digits)
}

/// What is before and after the first byte of that kind.
fn halves(text: &[u8], is_between: impl Fn(u8) -> bool) -> (&[u8], Option<&[u8]>) {
    let at = text.iter().position(|byte| is_between(*byte));
    at.map_or((text, None), |at| (&text[..at], Some(&text[at + 1..])))
}

fn is_number(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

fn is_zone(text: &[u8]) -> bool {
    text.len() == 4 && is_number(text) && pair(text, 0) <= 14 && pair(text, 2) < 60
}

/// The two digits at `at`; the caller has checked that they are digits.
fn pair(digits: &[u8], at: usize) -> u32 {
    digits[at..at + 2].iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'))
}

fn exists(digits: &[u8]) -> bool {
    let part = |at: usize, absent: u32| if digits.len() > at { pair(digits, at) } else { absent };
    if !matches!(digits.len(), 4 | 6 | 8 | 10 | 12 | 14) {
        return false;
    }
    let year = pair(digits, 0) * 100 + pair(digits, 2);
    let (month, day) = (part(4, 1), part(6, 1));
    (1..=12).contains(&month)
        && (1..=days(year, month)).contains(&day)
        && part(8, 0) < 24
        && part(10, 0) < 60
        && part(12, 0) < 60
}

fn days(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    fn is_time(text: &str) -> bool {
        super::is_time(text.as_bytes())
    }

    #[test]
    fn every_precision_is_a_time() {
        for text in ["2026", "202611", "20261125", "2026112508", "202611250830", "20261125083059"] {
            assert!(is_time(text), "{text}");
        }
    }

    #[test]
    fn zone_and_fraction_are_kept() {
        for text in ["20261125083059+0100", "202611250830-0430", "20261125083059.1234+0000"] {
            assert!(is_time(text), "{text}");
        }
    }

    #[test]
    fn instants_that_do_not_exist_are_refused() {
        for text in ["20260230", "20251301", "20250229", "19000229", "2026112524", "202611250860", "20261125083060"] {
            assert!(!is_time(text), "{text}");
        }
        assert!(is_time("20240229") && is_time("20000229"));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in
            ["", "+0100", "20261", "2026-11-25", "20261125+0100", "20261125083059+01", "20261125083059.", "２０２６"]
        {
            assert!(!is_time(text), "{text}");
        }
    }
}
