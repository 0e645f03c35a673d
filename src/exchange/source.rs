//! What is to be read: files, folders or bytes at hand, opened as often as needed and told apart by content.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Folders below folders are followed this deep.
const DEPTH: usize = 16;
/// How much of a file is looked at to tell what it is.
const HEAD: usize = 4096;

/// Where the bytes are.
#[derive(Clone)]
enum Place {
    File(PathBuf),
    Bytes(Arc<Vec<u8>>),
}

/// Something to read, as often as needed.
#[derive(Clone)]
pub struct Source {
    name: String,
    len: u64,
    place: Place,
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Source({} bytes)", self.len)
    }
}

/// What a source holds, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// JSON: FHIR, if anything.
    Json,
    /// A zip: a spreadsheet, if anything.
    Sheet,
    /// A calendar (RFC 5545).
    Calendar,
    /// Text in columns, perhaps.
    Text,
    /// Nothing at all.
    Empty,
    /// Something else.
    Other,
}

impl Source {
    /// A file.
    pub fn file(path: &Path) -> io::Result<Self> {
        let meta = std::fs::metadata(path)?;
        if !meta.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
        }
        let name = path.file_name().map_or_else(|| path.to_string_lossy(), |n| n.to_string_lossy()).into_owned();
        Ok(Self { name, len: meta.len(), place: Place::File(path.to_owned()) })
    }

    /// Bytes at hand.
    pub fn bytes(name: &str, bytes: Vec<u8>) -> Self {
        Self { name: name.to_owned(), len: bytes.len() as u64, place: Place::Bytes(Arc::new(bytes)) }
    }

    /// All of a stream that can be read only once (standard input), held in memory; an error when it is longer than
    /// `limit`, because several passes are needed over it.
    pub fn stream(name: &str, reader: impl Read, limit: u64) -> io::Result<Self> {
        let mut bytes = Vec::new();
        reader.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit {
            let why = format!("more than {} MiB: save it as a file and import that", limit >> 20);
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        Ok(Self::bytes(name, bytes))
    }

    /// What a report calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its length in bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Opens it from the start.
    pub fn open(&self) -> io::Result<Box<dyn Read>> {
        Ok(match &self.place {
            Place::File(path) => Box::new(File::open(path)?),
            Place::Bytes(bytes) => Box::new(Cursor::new(Shared(Arc::clone(bytes)))),
        })
    }

    /// All of its bytes, at most `limit`.
    pub fn read(&self, limit: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open()?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("more than {} MiB", limit >> 20)));
        }
        Ok(bytes)
    }

    /// What it holds, by its first bytes.
    pub fn form(&self) -> io::Result<Form> {
        let mut head = Vec::with_capacity(HEAD);
        self.open()?.take(HEAD as u64).read_to_end(&mut head)?;
        Ok(form_of(&head))
    }
}

struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// What these first bytes begin.
pub fn form_of(head: &[u8]) -> Form {
    if head.starts_with(b"PK\x03\x04") {
        return Form::Sheet;
    }
    let wide = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]);
    let text = head.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(head);
    if text.trim_ascii_start().get(..7).is_some_and(|begin| begin.eq_ignore_ascii_case(b"BEGIN:V")) {
        return Form::Calendar;
    }
    match text.iter().find(|b| !b.is_ascii_whitespace()) {
        None => Form::Empty,
        Some(b'{' | b'[') => Form::Json,
        Some(_) if wide => Form::Text,
        // Text has no control characters but blanks; UTF-16 without a mark has a NUL in every other place.
        Some(_) => {
            let (mut odd, mut nul) = (0_usize, 0_usize);
            for b in text {
                nul += usize::from(*b == 0);
                odd += usize::from(*b < 0x20 && !b.is_ascii_whitespace() && *b != 0 && *b != 0x1b);
            }
            if odd * 50 <= text.len() && (nul == 0 || nul * 4 > text.len()) { Form::Text } else { Form::Other }
        }
    }
}

/// Files of these paths, folders read through in the order of their names; what is no data file by its name (a licence,
/// a read-me, a hidden file) is listed apart.
pub fn gather(paths: &[PathBuf]) -> io::Result<(Vec<Source>, Vec<String>)> {
    let mut sources = Vec::new();
    let mut passed = Vec::new();
    for path in paths {
        if path.is_dir() {
            walk(path, 0, &mut sources, &mut passed)?;
        } else {
            sources.push(Source::file(path)?);
        }
    }
    Ok((sources, passed))
}

fn walk(dir: &Path, depth: usize, sources: &mut Vec<Source>, passed: &mut Vec<String>) -> io::Result<()> {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(dir)?.map(|e| e.map(|e| e.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    for path in entries {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with('.') {
            continue;
        }
        // A link to a folder may lead back: only files are followed.
        if std::fs::symlink_metadata(&path)?.is_dir() {
            if depth < DEPTH {
                walk(&path, depth + 1, sources, passed)?;
            } else {
                passed.push(name);
            }
            continue;
        }
        let ending = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        match ending.as_str() {
            "json" | "ndjson" | "jsonl" | "csv" | "tsv" | "txt" | "xlsx" | "ics" | "ical" => {
                match Source::file(&path) {
                    Ok(source) => sources.push(source),
                    Err(_) => passed.push(name),
                }
            }
            _ => passed.push(name),
        }
    }
    Ok(())
}
