//! An MTOM package (W3C XOP 1.0, RFC 2387): the root part first, every part as it was given.

use crate::Unfit;

/// One part. `id` is written without angle brackets here and with them in its header.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// `Content-ID`.
    pub id: &'a str,
    /// `Content-Type`.
    pub media_type: &'a str,
    /// The body.
    pub content: &'a [u8],
}

/// Write the package of these parts.
///
/// # Errors
/// [`Unfit::Name`]: a header value holds a line end or a control. [`Unfit::Boundary`]: the boundary stands in a part.
pub fn write(boundary: &str, parts: &[Part<'_>]) -> Result<Vec<u8>, Unfit> {
    check(boundary, parts)?;
    let mut out = Vec::with_capacity(length(boundary, parts));
    for (number, part) in parts.iter().enumerate() {
        if number > 0 {
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(head(boundary, part).as_bytes());
        out.extend_from_slice(part.content);
    }
    out.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    Ok(out)
}

fn head(boundary: &str, part: &Part<'_>) -> String {
    let (id, media_type) = (part.id, part.media_type);
    format!(
        "--{boundary}\r\nContent-Type: {media_type}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <{id}>\r\n\r\n"
    )
}

fn length(boundary: &str, parts: &[Part<'_>]) -> usize {
    let each = |part: &Part<'_>| head(boundary, part).len() + part.content.len() + 2;
    parts.iter().map(each).sum::<usize>() + boundary.len() + 8
}

fn check(boundary: &str, parts: &[Part<'_>]) -> Result<(), Unfit> {
    let is_plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| (0x20..0x7F).contains(&byte));
    if !is_plain(boundary) || boundary.contains('"') {
        return Err(Unfit::Name);
    }
    if !parts.iter().all(|part| is_plain(part.id) && is_plain(part.media_type) && !part.id.contains(['<', '>'])) {
        return Err(Unfit::Name);
    }
    let mark = format!("--{boundary}");
    if parts.iter().any(|part| holds(part.content, mark.as_bytes())) { Err(Unfit::Boundary) } else { Ok(()) }
}

/// Say whether `line` begins a line of `content`: after a line end, or at the very beginning.
fn holds(content: &[u8], line: &[u8]) -> bool {
    memchr::memmem::find_iter(content, line).any(|at| at == 0 || content[at - 1] == b'\n')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{Part, write};
    use crate::Unfit;

    const ROOT: Part<'_> = Part { id: "root@a", media_type: "application/xop+xml", content: b"<a/>" };

    #[test]
    fn parts_stand_between_boundaries_as_they_were_given() {
        let body = Part { id: "b@a", media_type: "text/xml", content: b"\r\n--\x00\xFF" };
        let written = write("B", &[ROOT, body]).unwrap();
        let expected = b"--B\r\nContent-Type: application/xop+xml\r\nContent-Transfer-Encoding: binary\r\n\
            Content-ID: <root@a>\r\n\r\n<a/>\r\n--B\r\nContent-Type: text/xml\r\nContent-Transfer-Encoding: binary\r\n\
            Content-ID: <b@a>\r\n\r\n\r\n--\x00\xFF\r\n--B--\r\n";
        assert_eq!(written, expected);
    }

    #[test]
    fn a_boundary_that_begins_a_line_of_a_part_is_refused() {
        for content in [&b"--B"[..], b"x\n--B", b"x\r\n--By"] {
            assert_eq!(write("B", &[Part { content, ..ROOT }]), Err(Unfit::Boundary));
        }
        assert!(write("B", &[Part { content: b"x--B", ..ROOT }]).is_ok());
    }

    #[test]
    fn a_header_cannot_be_broken_out_of() {
        for id in ["", "a\r\nX: y", "a>", "é"] {
            assert_eq!(write("B", &[Part { id, ..ROOT }]), Err(Unfit::Name));
        }
        assert_eq!(write("B\"", &[ROOT]), Err(Unfit::Name));
        assert_eq!(write("B", &[Part { media_type: "a\nb", ..ROOT }]), Err(Unfit::Name));
    }

    #[test]
    fn the_room_reserved_is_enough() {
        let written = write("boundary", &[ROOT, ROOT]).unwrap();
        assert!(written.len() <= super::length("boundary", &[ROOT, ROOT]));
    }
}
