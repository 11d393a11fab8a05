//! The three fields of a certificate that PKCS#11 shows as attributes, cut out of its DER.

/// Issuer, serial number and subject, each as a complete DER element.
pub struct Fields<'a> {
    pub issuer: &'a [u8],
    pub serial: &'a [u8],
    pub subject: &'a [u8],
}

/// One element: its tag, the whole of it, its content.
struct Element<'a> {
    tag: u8,
    whole: &'a [u8],
    content: &'a [u8],
}

/// Cut the fields out of a certificate; `None` when it is not one.
pub fn fields(certificate: &[u8]) -> Option<Fields<'_>> {
    let (outer, _) = element(certificate)?;
    let (body, _) = element(outer.content)?;
    let mut rest = body.content;
    let mut next = || {
        let (found, after) = element(rest)?;
        rest = after;
        Some(found)
    };
    let first = next()?;
    let serial = if first.tag == 0xa0 { next()? } else { first };
    let _algorithm = next()?;
    let issuer = next()?;
    let _validity = next()?;
    let subject = next()?;
    Some(Fields { issuer: issuer.whole, serial: serial.whole, subject: subject.whole })
}

fn element(bytes: &[u8]) -> Option<(Element<'_>, &[u8])> {
    let tag = *bytes.first()?;
    let first = usize::from(*bytes.get(1)?);
    let (length, start) = if first < 0x80 {
        (first, 2)
    } else {
        let count = first & 0x7f;
        if count == 0 || count > 4 {
            return None;
        }
        let digits = bytes.get(2..2 + count)?;
        let length = digits.iter().fold(0_usize, |sum, d| (sum << 8) | usize::from(*d));
        (length, 2 + count)
    };
    let end = start.checked_add(length)?;
    let found = Element { tag, whole: bytes.get(..end)?, content: bytes.get(start..end)? };
    Some((found, &bytes[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_cut_out_with_and_without_a_version() {
        // SEQUENCE { SEQUENCE { [0] {}, INTEGER 5, SEQ (alg), SEQ (issuer), SEQ (validity), SEQ (subject) } }
        let with = [0x30, 0x11, 0x30, 0x0f, 0xa0, 0, 0x02, 1, 5, 0x30, 0, 0x30, 2, 5, 0, 0x30, 0, 0x30, 0];
        let found = fields(&with).unwrap();
        assert_eq!(found.serial, [0x02, 1, 5]);
        assert_eq!(found.issuer, [0x30, 2, 5, 0]);
        assert_eq!(found.subject, [0x30, 0]);
        let without = [0x30, 0x0f, 0x30, 0x0d, 0x02, 1, 5, 0x30, 0, 0x30, 2, 5, 0, 0x30, 0, 0x30, 0];
        assert_eq!(fields(&without).unwrap().serial, [0x02, 1, 5]);
    }

    #[test]
    fn what_is_cut_short_is_nothing() {
        let whole = [0x30, 0x0f, 0x30, 0x0d, 0x02, 1, 5, 0x30, 0];
        for end in 0..whole.len() {
            assert!(fields(&whole[..end]).is_none());
        }
        assert!(fields(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]).is_none());
    }
}
