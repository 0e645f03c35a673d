//! Pure drawing: a model and a theme in, cells and a map for the mouse out. Nothing here changes the model, reads a
//! clock, or does I/O.
//!
//! `text` and `pen` are the edge where words become cells; `theme` and `glyphs` say how things look; `widgets` are the
//! parts; `linear` reads the screen out, a line an item; `screens` has one file for each pane, page and card, under the same names as in `app`.

pub mod draw;
pub mod glyphs;
pub mod hit;
pub mod line;
pub mod linear;
mod mask;
pub mod names;
pub mod pen;
pub mod screens;
pub mod text;
pub mod theme;
pub mod widgets;

pub use draw::{draw, draw_into};
pub use hit::HitMap;
pub use text::width as cells;
pub use theme::Theme;
