//! Where frames go: ratatui's crossterm backend over a buffer that is written at once when a frame ends, so that a
//! frame never tears and a frame that changes nothing sends nothing.

use super::tty;
use crossterm::style::force_color_output;
use ratatui::Terminal;
use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use std::io;
use std::os::fd::OwnedFd;

/// The terminal as ratatui sees it.
#[derive(Debug)]
pub struct Screen {
    out: OwnedFd,
    frame: Vec<u8>,
    /// Whether the cursor is known to be shown or hidden.
    cursor: Option<bool>,
    at: Position,
}

impl Screen {
    /// The terminal that standard output is, else the one that controls the process.
    pub fn new() -> io::Result<Self> {
        Ok(Self::over(tty::screen()?))
    }

    fn over(out: OwnedFd) -> Self {
        // Under NO_COLOR crossterm turns a colour into a full reset, which wipes bold and reverse as well. The theme
        // knows NO_COLOR by itself.
        force_color_output(true);
        Self { out, frame: Vec::with_capacity(64 * 1024), cursor: None, at: Position::ORIGIN }
    }

    /// crossterm's encoder for the frame at hand; it keeps nothing between calls.
    fn encoder(&mut self) -> CrosstermBackend<&mut Vec<u8>> {
        CrosstermBackend::new(&mut self.frame)
    }
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
        let mut content = content.peekable();
        if content.peek().is_none() {
            return Ok(());
        }
        self.encoder().draw(content)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.cursor.replace(false) == Some(false) { Ok(()) } else { self.encoder().hide_cursor() }
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if self.cursor.replace(true) == Some(true) { Ok(()) } else { self.encoder().show_cursor() }
    }

    /// Where it was put last. The terminal is not asked: its answer would come through the input thread.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.at)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.at = position.into();
        let at = self.at;
        self.encoder().set_cursor_position(at)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        if clear_type == ClearType::All {
            self.cursor = None;
        }
        self.encoder().clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        let (width, height) = tty::size(&self.out);
        Ok(Size { width, height })
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size()?, pixels: Size::default() })
    }

    /// The end of a frame: one write, or a few where the terminal takes less at a time.
    fn flush(&mut self) -> io::Result<()> {
        let mut rest = self.frame.as_slice();
        let mut outcome = Ok(());
        while !rest.is_empty() {
            match rustix::io::write(&self.out, rest) {
                Ok(n) => rest = rest.get(n..).unwrap_or_default(),
                Err(Errno::INTR) => {}
                // Someone who shares the terminal has made it non-blocking.
                Err(Errno::AGAIN) => {
                    let _ = poll(&mut [PollFd::new(&self.out, PollFlags::OUT)], None);
                }
                Err(error) => {
                    outcome = Err(error.into());
                    break;
                }
            }
        }
        // What could not be written belongs to a screen that is gone.
        self.frame.clear();
        outcome
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
        let mut terminal = Terminal::new(Screen::over(write.into())).unwrap();
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
    fn a_selection_bar_survives_no_color() {
        let (mut read, write) = std::os::unix::net::UnixStream::pair().unwrap();
        let mut terminal = Terminal::new(Screen::over(write.into())).unwrap();
        let bar = Style::new().add_modifier(Modifier::REVERSED | Modifier::BOLD).fg(ratatui::style::Color::Red);
        terminal.draw(|frame| frame.buffer_mut().set_string(0, 0, "bar", bar)).unwrap();
        drop(terminal);
        let mut text = String::new();
        read.read_to_string(&mut text).unwrap();
        assert!(!text.contains("\x1b[;m") && text.contains("\x1b[7m"), "{}", text.escape_debug());
    }
}
