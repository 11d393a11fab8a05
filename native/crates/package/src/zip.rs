//! A zip archive of stored entries, the same bytes for the same entries (IHE ITI TF-2, 3.32: `IHE_XDM.ZIP`).
//!
//! Every entry carries the date 1980-01-01, the oldest that the format has. ZIP64 records are written only where a
//! number does not fit without them (APPNOTE 4.3.9 to 4.3.16, 4.5.3).

use std::collections::HashSet;

use crate::Unfit;

const STORED_DATE: u16 = 0x0021;
const PLAIN: u16 = 20;
const ZIP64: u16 = 45;
const UTF8_NAMES: u16 = 1 << 11;
const FULL: u32 = u32::MAX;

/// One file. `name` uses `/`.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Its path in the archive.
    pub name: &'a str,
    /// Its bytes.
    pub content: &'a [u8],
}

/// Where an entry was written, for the directory.
struct Placed<'a> {
    entry: Entry<'a>,
    crc: u32,
    offset: u64,
}

/// Write the archive of these entries, in their order.
///
/// # Errors
/// [`Unfit::Name`]: a name that is empty, absolute, climbs up or holds a control or a backslash. [`Unfit::Twice`].
pub fn write(entries: &[Entry<'_>]) -> Result<Vec<u8>, Unfit> {
    check(entries)?;
    let room = |entry: &Entry<'_>| entry.content.len() + 2 * entry.name.len() + 128;
    let mut out = Vec::with_capacity(entries.iter().map(room).sum::<usize>() + 128);
    let mut placed = Vec::with_capacity(entries.len());
    for &entry in entries {
        let crc = crc32fast::hash(entry.content);
        let place = Placed { entry, crc, offset: out.len() as u64 };
        local(&mut out, &place);
        out.extend_from_slice(entry.content);
        placed.push(place);
    }
    let start = out.len() as u64;
    for place in &placed {
        central(&mut out, place);
    }
    end(&mut out, placed.len() as u64, start);
    Ok(out)
}

fn local(out: &mut Vec<u8>, place: &Placed<'_>) {
    let size = place.entry.content.len() as u64;
    let long = size >= u64::from(FULL);
    put32(out, 0x0403_4B50);
    common(out, place, if long { ZIP64 } else { PLAIN }, if long { FULL } else { narrow(size) });
    put16(out, if long { 20 } else { 0 });
    out.extend_from_slice(place.entry.name.as_bytes());
    if long {
        put16(out, 1);
        put16(out, 16);
        put64(out, size);
        put64(out, size);
    }
}

fn central(out: &mut Vec<u8>, place: &Placed<'_>) {
    let size = place.entry.content.len() as u64;
    let (long, far) = (size >= u64::from(FULL), place.offset >= u64::from(FULL));
    let version = if long || far { ZIP64 } else { PLAIN };
    let extra = u16::from(long) * 16 + u16::from(far) * 8;
    put32(out, 0x0201_4B50);
    put16(out, version);
    common(out, place, version, if long { FULL } else { narrow(size) });
    put16(out, if extra > 0 { extra + 4 } else { 0 });
    out.extend_from_slice(&[0; 10]);
    put32(out, if far { FULL } else { narrow(place.offset) });
    out.extend_from_slice(place.entry.name.as_bytes());
    if extra > 0 {
        put16(out, 1);
        put16(out, extra);
    }
    if long {
        put64(out, size);
        put64(out, size);
    }
    if far {
        put64(out, place.offset);
    }
}

/// What both headers of an entry share, up to the length of its name.
fn common(out: &mut Vec<u8>, place: &Placed<'_>, version: u16, size: u32) {
    put16(out, version);
    put16(out, if place.entry.name.is_ascii() { 0 } else { UTF8_NAMES });
    put16(out, 0);
    put16(out, 0);
    put16(out, STORED_DATE);
    put32(out, place.crc);
    put32(out, size);
    put32(out, size);
    // Checked before anything is written: a name fits.
    put16(out, u16::try_from(place.entry.name.len()).unwrap_or(u16::MAX));
}

fn end(out: &mut Vec<u8>, count: u64, start: u64) {
    let size = out.len() as u64 - start;
    let many = count >= u64::from(u16::MAX) || start >= u64::from(FULL) || size >= u64::from(FULL);
    if many {
        end64(out, count, start, size);
    }
    let short = u16::try_from(count).unwrap_or(u16::MAX);
    put32(out, 0x0605_4B50);
    put32(out, 0);
    put16(out, short);
    put16(out, short);
    put32(out, narrow(size));
    put32(out, narrow(start));
    put16(out, 0);
}

fn end64(out: &mut Vec<u8>, count: u64, start: u64, size: u64) {
    let here = out.len() as u64;
    put32(out, 0x0606_4B50);
    put64(out, 44);
    put16(out, ZIP64);
    put16(out, ZIP64);
    put64(out, 0);
    put64(out, count);
    put64(out, count);
    put64(out, size);
    put64(out, start);
    put32(out, 0x0706_4B50);
    put32(out, 0);
    put64(out, here);
    put32(out, 1);
}

fn check(entries: &[Entry<'_>]) -> Result<(), Unfit> {
    let mut seen = HashSet::with_capacity(entries.len());
    for entry in entries {
        if !is_path(entry.name) {
            return Err(Unfit::Name);
        }
        if !seen.insert(entry.name) {
            return Err(Unfit::Twice);
        }
    }
    Ok(())
}

fn is_path(name: &str) -> bool {
    let fits = name.len() <= usize::from(u16::MAX) && !name.contains(|c: char| c.is_control() || c == '\\' || c == ':');
    fits && name.split('/').all(|step| !matches!(step, "" | "." | ".."))
}

fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(FULL)
}

fn put16(out: &mut Vec<u8>, number: u16) {
    out.extend_from_slice(&number.to_le_bytes());
}

fn put32(out: &mut Vec<u8>, number: u32) {
    out.extend_from_slice(&number.to_le_bytes());
}

fn put64(out: &mut Vec<u8>, number: u64) {
    out.extend_from_slice(&number.to_le_bytes());
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{Entry, write};
    use crate::Unfit;

    #[test]
    fn the_same_entries_give_the_same_bytes() {
        let entries = [Entry { name: "INDEX.HTM", content: b"<html/>" }];
        assert_eq!(write(&entries).unwrap(), write(&entries).unwrap());
    }

    #[test]
    fn an_archive_without_entries_is_its_end_alone() {
        assert_eq!(write(&[]).unwrap(), [&b"PK\x05\x06"[..], &[0; 18]].concat());
    }

    #[test]
    fn names_that_leave_the_folder_are_refused() {
        for name in ["", "/a", "a/", "a//b", "../a", "a/./b", "a\\b", "C:a", "a\nb"] {
            assert_eq!(write(&[Entry { name, content: b"" }]), Err(Unfit::Name), "{name:?}");
        }
    }

    #[test]
    fn a_name_is_written_once() {
        let entry = Entry { name: "a", content: b"" };
        assert_eq!(write(&[entry, entry]), Err(Unfit::Twice));
    }

    #[test]
    fn few_entries_need_no_zip64() {
        let written = write(&[Entry { name: "a", content: b"x" }]).unwrap();
        assert!(!written.windows(4).any(|four| four == b"PK\x06\x06"));
    }

    #[test]
    fn as_many_entries_as_the_short_count_cannot_hold_bring_zip64() {
        let names: Vec<String> = (0..65_535).map(|number| number.to_string()).collect();
        let entries: Vec<Entry<'_>> = names.iter().map(|name| Entry { name, content: b"" }).collect();
        let written = write(&entries).unwrap();
        assert!(written.windows(4).any(|four| four == b"PK\x06\x06"));
        let written = write(&entries[1..]).unwrap();
        assert!(!written.windows(4).any(|four| four == b"PK\x06\x06"));
    }
}
