//! The characters of a screen, one line a row, without blanks at the ends.

use ratatui::buffer::Buffer;

pub(super) fn text(buf: &Buffer) -> String {
    let mut out = String::new();
    for y in buf.area.top()..buf.area.bottom() {
        let line: String = super::row(buf, y).into_iter().map(|(_, symbol, _)| symbol).collect();
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;

    #[test]
    fn wide_characters_are_written_once() {
        let buf = Buffer::with_lines(["渡辺 x ", "ab"]);
        assert_eq!(super::text(&buf), "渡辺 x\nab\n");
    }
}
