//! Cuts a stream into raw entries without reading them: lines of NDJSON, entries of a bundle, a single resource. An
//! entry that is too long is skipped without being held, and a file that ends too early yields what was complete.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read};

/// The longest entry that is read.
pub(super) const ENTRY: usize = 16 << 20;
/// How much of a file is looked at to tell lines from a document.
const PEEK: usize = 256 << 10;
/// The longest name of a member at the top.
const KEY: usize = 256;
/// Bundles in bundles are followed this deep.
const NESTED: u8 = 4;

/// Where an entry stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct At {
    /// Line, from 1; 0 in a document.
    pub line: u64,
    /// Entry of a bundle, from 1; 0 outside one.
    pub entry: u64,
    /// Byte at which it begins.
    pub byte: u64,
}

impl At {
    /// `Patient.ndjson line 3 entry 2`.
    pub(super) fn place(&self, file: &str) -> String {
        let mut out = file.to_owned();
        if self.line > 0 {
            let _ = write!(out, " line {}", self.line);
        }
        if self.entry > 0 {
            let _ = write!(out, " entry {}", self.entry);
        }
        out
    }
}

/// What was cut out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A resource, raw.
    Resource(&'a [u8]),
    /// An entry of a bundle, raw: `fullUrl` and `resource` are in it.
    Entry(&'a [u8]),
    /// Something that could not be cut: why. The rest goes on.
    Bad(&'static str),
    /// The stream broke here: why. Nothing follows.
    Broken(&'static str),
}

/// What goes on after a piece.
pub(super) type Flow = std::ops::ControlFlow<()>;

/// Where pieces go, with the bytes read so far.
pub(super) type Sink<'a> = dyn FnMut(At, Piece<'_>, u64) -> Flow + 'a;

/// Reads a stream to its end, or until the sink has enough.
pub(super) fn scan(reader: impl Read, sink: &mut Sink<'_>) -> io::Result<()> {
    let mut bytes = Bytes::new(reader);
    bytes.skip_mark()?;
    let peek = bytes.peek(PEEK)?;
    if is_lines(peek) {
        return lines(&mut bytes, sink);
    }
    // Documents may stand one after the other, each over several lines.
    while document(&mut bytes, 0, 0, sink)? {}
    Ok(())
}

/// A bundle at hand (a line, or an entry of another one), cut into its entries.
pub(super) fn scan_nested(bytes: &[u8], at: At, depth: u8, sink: &mut Sink<'_>) -> io::Result<()> {
    if depth >= NESTED {
        let _ = sink(at, Piece::Bad("bundles too deep in one another"), 0);
        return Ok(());
    }
    document(&mut Bytes::new(bytes), at.line, at.byte, sink).map(|_| ())
}

/// Whether this beginning is NDJSON: a complete object that is no bundle on the first line, or a later line that begins
/// a resource in its first column.
fn is_lines(peek: &[u8]) -> bool {
    let start = peek.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(peek.len());
    let peek = &peek[start..];
    let end = peek.iter().position(|b| *b == b'\n');
    let first = &peek[..end.unwrap_or(peek.len())];
    if first.first() != Some(&b'{') {
        // A list of resources, or a broken first line before good ones.
        return first.first() != Some(&b'[') && end.is_some();
    }
    let (bundle, complete) = top_of(first);
    if complete || end.is_none() {
        return !bundle;
    }
    peek.split(|b| *b == b'\n').skip(1).any(|line| {
        let Some(rest) = line.strip_prefix(b"{") else { return false };
        let rest = &rest[rest.iter().position(|b| *b != b' ').unwrap_or(rest.len())..];
        rest.starts_with(b"\"resourceType\"")
    })
}

/// Whether this text begins a bundle, and whether it is one complete object.
fn top_of(text: &[u8]) -> (bool, bool) {
    let (mut depth, mut quoted, mut escaped) = (0_i64, false, false);
    let mut word = 0;
    let mut bundle = false;
    let mut key = false;
    for (i, b) in text.iter().enumerate() {
        if quoted {
            match b {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    quoted = false;
                    if depth == 1 {
                        let text = &text[word..i];
                        if key && text == b"Bundle" {
                            bundle = true;
                        }
                        key = text == b"resourceType";
                        // A member called `entry` before any type: only a bundle is worth asking further.
                        if text == b"entry" && !bundle {
                            bundle = true;
                        }
                    }
                }
                _ => {}
            }
            continue;
        }
        match b {
            b'"' => {
                quoted = true;
                word = i + 1;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return (bundle, text[i + 1..].iter().all(u8::is_ascii_whitespace));
                }
            }
            _ => {}
        }
    }
    (bundle, false)
}

fn lines<R: Read>(bytes: &mut Bytes<R>, sink: &mut Sink<'_>) -> io::Result<()> {
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        number += 1;
        let start = bytes.at;
        line.clear();
        let read = (&mut bytes.inner).take(ENTRY as u64 + 1).read_until(b'\n', &mut line)?;
        bytes.at += read as u64;
        if read == 0 {
            return Ok(());
        }
        let at = At { line: number, entry: 0, byte: start };
        if line.len() > ENTRY {
            // Too long: its rest is skipped in place. What was held of it is given back.
            if line.last() != Some(&b'\n') {
                bytes.skip_line()?;
            }
            line = Vec::new();
            if sink(at, Piece::Bad("the line is longer than 16 MiB"), bytes.at).is_break() {
                return Ok(());
            }
            continue;
        }
        let text = line.trim_ascii();
        if text.is_empty() {
            continue;
        }
        if sink(at, Piece::Resource(text), bytes.at).is_break() {
            return Ok(());
        }
    }
}

/// One document: a bundle is streamed, a list too, anything else is handed over whole. Whether another one follows.
fn document<R: Read>(bytes: &mut Bytes<R>, line: u64, base: u64, sink: &mut Sink<'_>) -> io::Result<bool> {
    let here = |bytes: &Bytes<R>| At { line, entry: 0, byte: base + bytes.at };
    let at = here(bytes);
    match bytes.skip_blank()? {
        None => return Ok(false),
        Some(b'[') => {
            bytes.next()?;
            return list(bytes, line, base, true, sink).map(|_| false);
        }
        Some(b'{') => {
            bytes.next()?;
        }
        Some(_) => {
            let _ = sink(at, Piece::Broken("neither an object nor a list begins here"), bytes.at);
            return Ok(false);
        }
    }
    // Members are kept until it is clear that this is no bundle; only `entry` can be large without being kept.
    let mut whole = vec![b'{'];
    let mut kind: Option<Vec<u8>> = None;
    let mut streamed = false;
    let mut too_long = false;
    let mut value = Vec::new();
    let broken = loop {
        match bytes.skip_blank()? {
            Some(b'}') => {
                bytes.next()?;
                break None;
            }
            Some(b',') => {
                bytes.next()?;
            }
            Some(b'"') => {
                let key = match bytes.cut(&mut value, KEY)? {
                    Cut::Whole => value.clone(),
                    Cut::TooLong => break Some("a member's name is too long"),
                    Cut::Short => break Some("the file ends within a name"),
                };
                if bytes.skip_blank()? != Some(b':') {
                    break Some("a colon is missing");
                }
                bytes.next()?;
                let Some(first) = bytes.skip_blank()? else { break Some("the file ends before a value") };
                if key == b"\"entry\"" && first == b'[' && kind.as_deref().is_none_or(|k| k == b"\"Bundle\"") {
                    bytes.next()?;
                    streamed = true;
                    match list(bytes, line, base, false, sink)? {
                        Ended::Whole => continue,
                        Ended::Enough | Ended::Broken => return Ok(false),
                    }
                }
                match bytes.cut(&mut value, ENTRY)? {
                    Cut::Whole => {}
                    Cut::TooLong => {
                        too_long = true;
                        continue;
                    }
                    Cut::Short => break Some("the file ends within a value"),
                }
                if key == b"\"resourceType\"" {
                    kind = Some(value.clone());
                }
                if whole.len() + value.len() > ENTRY {
                    too_long = true;
                } else if !streamed {
                    if whole.len() > 1 {
                        whole.push(b',');
                    }
                    whole.extend_from_slice(&key);
                    whole.push(b':');
                    whole.extend_from_slice(&value);
                }
            }
            Some(_) => break Some("something else stands where a member's name should"),
            None => break Some("the file ends too early"),
        }
    };
    if let Some(why) = broken {
        let _ = sink(here(bytes), Piece::Broken(why), bytes.at);
        return Ok(false);
    }
    if !streamed {
        let piece = if too_long {
            Piece::Bad("longer than 16 MiB")
        } else {
            whole.push(b'}');
            Piece::Resource(&whole)
        };
        if sink(at, piece, bytes.at).is_break() {
            return Ok(false);
        }
    }
    match bytes.skip_blank()? {
        None => Ok(false),
        Some(b'{') if line == 0 => Ok(true),
        Some(_) => {
            let _ = sink(here(bytes), Piece::Broken("something follows the end"), bytes.at);
            Ok(false)
        }
    }
}

enum Ended {
    Whole,
    Enough,
    Broken,
}

/// The elements of a list whose bracket has been read.
fn list<R: Read>(bytes: &mut Bytes<R>, line: u64, base: u64, bare: bool, sink: &mut Sink<'_>) -> io::Result<Ended> {
    let mut value = Vec::new();
    let mut entry = 0;
    loop {
        let first = bytes.skip_blank()?;
        let at = At { line, entry: entry + 1, byte: base + bytes.at };
        let piece = match first {
            Some(b']') => {
                bytes.next()?;
                return Ok(Ended::Whole);
            }
            Some(b',') => {
                bytes.next()?;
                continue;
            }
            None => Piece::Broken("the file ends too early: this entry and what follows it is missing"),
            Some(b'}' | b':') => Piece::Broken("a bracket too many"),
            Some(_) => match bytes.cut(&mut value, ENTRY)? {
                Cut::Whole if bare => Piece::Resource(&value),
                Cut::Whole => Piece::Entry(&value),
                Cut::TooLong => Piece::Bad("the entry is longer than 16 MiB"),
                Cut::Short => Piece::Broken("the file ends within this entry"),
            },
        };
        entry += 1;
        let broken = matches!(piece, Piece::Broken(_));
        if sink(at, piece, bytes.at).is_break() {
            return Ok(Ended::Enough);
        }
        if broken {
            return Ok(Ended::Broken);
        }
    }
}

enum Cut {
    Whole,
    TooLong,
    Short,
}

/// A buffered stream that counts.
struct Bytes<R> {
    inner: BufReader<Head<R>>,
    at: u64,
}

/// A reader with what was looked at before put back in front.
struct Head<R> {
    front: Vec<u8>,
    used: usize,
    rest: R,
}

impl<R: Read> Read for Head<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.used < self.front.len() {
            let n = out.len().min(self.front.len() - self.used);
            out[..n].copy_from_slice(&self.front[self.used..self.used + n]);
            self.used += n;
            if self.used == self.front.len() {
                self.front = Vec::new();
                self.used = 0;
            }
            return Ok(n);
        }
        self.rest.read(out)
    }
}

impl<R: Read> Bytes<R> {
    fn new(rest: R) -> Self {
        Self { inner: BufReader::with_capacity(64 << 10, Head { front: Vec::new(), used: 0, rest }), at: 0 }
    }

    /// Skips a UTF-8 byte order mark.
    fn skip_mark(&mut self) -> io::Result<()> {
        if self.peek(3)? == [0xef, 0xbb, 0xbf] {
            for _ in 0..3 {
                self.next()?;
            }
        }
        Ok(())
    }

    /// The next bytes without taking them. Only before anything was read but a mark.
    fn peek(&mut self, want: usize) -> io::Result<&[u8]> {
        let have = self.inner.buffer().to_vec();
        let mut front = have;
        let head = self.inner.get_mut();
        front.extend_from_slice(&head.front[head.used..]);
        let missing = want.saturating_sub(front.len());
        (&mut head.rest).take(missing as u64).read_to_end(&mut front)?;
        head.front = front;
        head.used = 0;
        // The buffer's bytes are in `front` again.
        let buffered = self.inner.buffer().len();
        self.inner.consume(buffered);
        let head = self.inner.get_ref();
        Ok(&head.front[..head.front.len().min(want)])
    }

    fn next(&mut self) -> io::Result<()> {
        if !self.inner.fill_buf()?.is_empty() {
            self.inner.consume(1);
            self.at += 1;
        }
        Ok(())
    }

    /// Skips blanks and says what comes then, without taking it.
    fn skip_blank(&mut self) -> io::Result<Option<u8>> {
        loop {
            let buffer = self.inner.fill_buf()?;
            if buffer.is_empty() {
                return Ok(None);
            }
            let blank = buffer.iter().position(|b| !b.is_ascii_whitespace());
            let found = blank.map(|n| buffer[n]);
            let n = blank.unwrap_or(buffer.len());
            self.inner.consume(n);
            self.at += n as u64;
            if found.is_some() {
                return Ok(found);
            }
        }
    }

    /// Skips to behind the end of the line.
    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.inner.fill_buf()?;
            if buffer.is_empty() {
                return Ok(());
            }
            let end = buffer.iter().position(|b| *b == b'\n');
            let n = end.map_or(buffer.len(), |e| e + 1);
            self.inner.consume(n);
            self.at += n as u64;
            if end.is_some() {
                return Ok(());
            }
        }
    }

    /// Cuts one value out, from its first byte; what is longer than `limit` is read to its end but not kept.
    fn cut(&mut self, out: &mut Vec<u8>, limit: usize) -> io::Result<Cut> {
        out.clear();
        let mut shape = Shape::default();
        let mut too_long = false;
        loop {
            let buffer = self.inner.fill_buf()?;
            if buffer.is_empty() {
                // A number at the very end of the text is complete; nothing else is.
                return Ok(if shape.bare && !out.is_empty() { Cut::Whole } else { Cut::Short });
            }
            let (n, ended) = shape.feed(buffer);
            if out.len() + n > limit {
                too_long = true;
                *out = Vec::new();
            } else if !too_long {
                out.extend_from_slice(&buffer[..n]);
            }
            self.inner.consume(n);
            self.at += n as u64;
            if ended {
                return Ok(if too_long { Cut::TooLong } else { Cut::Whole });
            }
        }
    }
}

/// How far into a value.
#[derive(Default)]
struct Shape {
    depth: u64,
    quoted: bool,
    escaped: bool,
    /// A number or word: ends before a separator.
    bare: bool,
    begun: bool,
}

impl Shape {
    /// Takes bytes up to the end of the value: how many, and whether it ended.
    fn feed(&mut self, bytes: &[u8]) -> (usize, bool) {
        for (i, b) in bytes.iter().enumerate() {
            if self.quoted {
                match b {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => {
                        self.quoted = false;
                        if self.depth == 0 {
                            return (i + 1, true);
                        }
                    }
                    _ => {}
                }
                continue;
            }
            if self.bare {
                if matches!(b, b',' | b'}' | b']' | b':' | b'{' | b'[' | b'"') || b.is_ascii_whitespace() {
                    return (i, true);
                }
                continue;
            }
            match b {
                b'"' => self.quoted = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return (i + 1, true);
                    }
                }
                _ if !self.begun => self.bare = true,
                _ => {}
            }
            self.begun = true;
        }
        (bytes.len(), false)
    }
}
