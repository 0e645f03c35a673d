//! Where frames go: what ratatui wants on the screen goes to a painter, which knows what stands there, and the end of a
//! frame is one write of what differs. A frame that changes nothing sends nothing.

use super::pacing::QUESTION;
use super::paint::{Abilities, Painter};
use super::tty;
use ratatui::Terminal;
use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use std::io;
use std::os::fd::OwnedFd;

/// What was sent until now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sent {
    /// Frames that changed something.
    pub frames: u64,
    /// Calls of write(2).
    pub writes: u64,
    /// Bytes.
    pub bytes: u64,
}

/// What the loop tells a backend beyond what ratatui does.
pub trait Outlet: Backend {
    /// The next frame that changes something is to end in a question, or not.
    fn ask(&mut self, ask: bool);
    /// These go before the next frame, in the same write.
    fn before(&mut self, bytes: &[u8]);
    /// It is known better what the terminal understands.
    fn learn(&mut self, abilities: Abilities);
    /// A click on a telephone number may hand it on, or not.
    fn dials(&mut self, dials: bool);
    /// What was sent until now.
    fn sent(&self) -> Sent;
}

/// The terminal as ratatui sees it.
#[derive(Debug)]
pub struct Screen {
    out: OwnedFd,
    painter: Painter,
    /// Its size, where it is not the terminal's own.
    fixed: Option<Size>,
    at: Position,
    /// Goes before the next frame.
    before: Vec<u8>,
    /// The next frame ends in a question.
    ask: bool,
    sent: Sent,
}

impl Screen {
    /// The terminal that standard output is, else the one that controls the process.
    pub fn new(abilities: Abilities) -> io::Result<Self> {
        Ok(Self::over(tty::screen()?, abilities, None))
    }

    /// Over a file, of this size where it is no terminal's.
    pub fn over(out: OwnedFd, abilities: Abilities, fixed: Option<Size>) -> Self {
        let size = fixed.unwrap_or_else(|| size(&out));
        Self {
            out,
            painter: Painter::new(abilities, size),
            fixed,
            at: Position::ORIGIN,
            before: Vec::new(),
            ask: false,
            sent: Sent::default(),
        }
    }

    /// Bytes sent until now.
    pub fn sent(&self) -> u64 {
        self.sent.bytes
    }
}

impl Outlet for Screen {
    fn ask(&mut self, ask: bool) {
        self.ask = ask;
    }

    fn before(&mut self, bytes: &[u8]) {
        self.before.extend_from_slice(bytes);
    }

    fn learn(&mut self, abilities: Abilities) {
        self.painter.learn(abilities);
    }

    fn dials(&mut self, dials: bool) {
        self.painter.dials(dials);
    }

    fn sent(&self) -> Sent {
        self.sent
    }
}

fn size(out: &OwnedFd) -> Size {
    let (width, height) = tty::size(out);
    Size { width, height }
}

/// Draws everything anew with the next frame: after a stop, or when something else has written to the screen.
pub fn repaint<B: Backend>(terminal: &mut Terminal<B>) -> Result<(), B::Error> {
    terminal.backend_mut().clear_region(ClearType::All)?;
    // Forgets what was drawn, which ratatui's own `clear` only does after asking where the cursor is.
    terminal.swap_buffers();
    Ok(())
}

impl Backend for Screen {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        content.for_each(|(x, y, cell)| self.painter.put(x, y, cell));
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.painter.cursor(None);
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.painter.cursor(Some(self.at));
        Ok(())
    }

    /// Where it was put last. The terminal is not asked: its answer would come through the input thread.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.at)
    }

    /// Whoever places the cursor wants it seen.
    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.at = position.into();
        self.painter.cursor(Some(self.at));
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        let Size { width, height } = self.size()?;
        let Position { x, y } = self.at;
        let row = |from: u16, to: u16, y: u16| (from..to).map(move |x| (x, y));
        let rows = |from: u16, to: u16| (from..to).flat_map(move |y| row(0, width, y));
        match clear_type {
            ClearType::All => self.painter.clear(Size { width, height }),
            ClearType::CurrentLine => self.painter.empty(row(0, width, y)),
            ClearType::UntilNewLine => self.painter.empty(row(x, width, y)),
            ClearType::AfterCursor => self.painter.empty(row(x, width, y).chain(rows(y.saturating_add(1), height))),
            ClearType::BeforeCursor => self.painter.empty(rows(0, y).chain(row(0, x.saturating_add(1), y))),
        }
        Ok(())
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.fixed.unwrap_or_else(|| size(&self.out)))
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size()?, pixels: Size::default() })
    }

    /// The end of a frame: one write, or a few where the terminal takes less at a time.
    fn flush(&mut self) -> io::Result<()> {
        let mut frame = self.painter.frame();
        if !self.before.is_empty() {
            frame.splice(0..0, self.before.drain(..));
        }
        if frame.is_empty() {
            return Ok(());
        }
        if self.ask {
            frame.extend_from_slice(QUESTION);
        }
        self.sent.frames += 1;
        let mut rest = frame.as_slice();
        while !rest.is_empty() {
            self.sent.writes += 1;
            match rustix::io::write(&self.out, rest) {
                Ok(n) => {
                    self.sent.bytes += n as u64;
                    rest = rest.get(n..).unwrap_or_default();
                }
                Err(Errno::INTR) => {}
                // Someone who shares the terminal has made it non-blocking.
                Err(Errno::AGAIN) => {
                    let _ = poll(&mut [PollFd::new(&self.out, PollFlags::OUT)], None);
                }
                // What could not be written belongs to a screen that is gone.
                Err(error) => {
                    self.painter.clear(self.size()?);
                    return Err(error.into());
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::{Modifier, Style};
    use std::io::Read;
    use std::os::unix::net::UnixDatagram;

    fn written(read: &UnixDatagram) -> Vec<String> {
        read.set_nonblocking(true).unwrap();
        let mut buffer = [0; 16_384];
        std::iter::from_fn(|| read.recv(&mut buffer).ok().map(|n| String::from_utf8_lossy(&buffer[..n]).into_owned()))
            .collect()
    }

    #[test]
    fn one_write_a_frame_and_none_for_nothing() {
        // Datagrams keep writes apart.
        let (read, write) = UnixDatagram::pair().unwrap();
        let mut terminal = Terminal::new(Screen::over(write.into(), Abilities::XTERM, None)).unwrap();
        terminal.draw(|frame| frame.render_widget("hello", frame.area())).unwrap();
        let first = written(&read);
        assert_eq!(first.len(), 1);
        assert!(first[0].contains("hello") && first[0].contains("\x1b[?25l"), "{first:?}");
        terminal.draw(|frame| frame.render_widget("hello", frame.area())).unwrap();
        assert_eq!(written(&read), Vec::<String>::new());
        repaint(&mut terminal).unwrap();
        terminal.draw(|frame| frame.render_widget("hello", frame.area())).unwrap();
        let again = written(&read);
        assert_eq!(again.len(), 1);
        assert!(again[0].contains("\x1b[2J") && again[0].contains("hello"), "{again:?}");
        // No frame asks for anything: no `CSI 6 n`, no `CSI c`.
        assert!(!again[0].contains('n') && !first[0].contains('c'));
    }

    #[test]
    fn what_goes_before_and_the_question_are_of_the_same_write() {
        let (read, write) = UnixDatagram::pair().unwrap();
        let mut terminal = Terminal::new(Screen::over(write.into(), Abilities::XTERM, None)).unwrap();
        terminal.backend_mut().before(b"before");
        terminal.backend_mut().ask(true);
        terminal.draw(|frame| frame.render_widget("hello", frame.area())).unwrap();
        let first = written(&read);
        assert_eq!(first.len(), 1);
        assert!(first[0].starts_with("before\x1b[m\x1b[2J") && first[0].ends_with("\x1b[5n"), "{first:?}");
        // A frame that changes nothing asks nothing.
        terminal.draw(|frame| frame.render_widget("hello", frame.area())).unwrap();
        assert_eq!(written(&read), Vec::<String>::new());
        let sent = Outlet::sent(terminal.backend());
        assert_eq!((sent.frames, sent.writes, sent.bytes), (1, 1, first[0].len() as u64));
    }

    #[test]
    fn a_selection_bar_survives_no_color() {
        let (mut read, write) = std::os::unix::net::UnixStream::pair().unwrap();
        let mut terminal = Terminal::new(Screen::over(write.into(), Abilities::XTERM, None)).unwrap();
        let bar = Style::new().add_modifier(Modifier::REVERSED | Modifier::BOLD).fg(ratatui::style::Color::Red);
        terminal.draw(|frame| frame.buffer_mut().set_string(0, 0, "bar", bar)).unwrap();
        drop(terminal);
        let mut text = String::new();
        read.read_to_string(&mut text).unwrap();
        assert!(!text.contains("\x1b[;m") && text.contains("1;7;31m"), "{}", text.escape_debug());
    }
}
