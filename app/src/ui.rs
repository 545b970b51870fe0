//! Small parts that every page uses: buttons, fields, notices, times.

mod alert;
mod avatar;
mod button;
mod clock;
mod copy;
mod empty;
mod field;
mod form;
mod skeleton;

pub use alert::{Alert, ErrorAlert, Tone, error_text};
pub use avatar::Avatar;
pub use button::{Button, ButtonKind};
pub use clock::{Clock, RelativeTime, iso_text, provide_clock, relative_text, use_now};
pub use copy::CopyButton;
pub use empty::Empty;
pub use field::{Field, FieldNote, Input, TextField};
pub use form::PostForm;
pub use skeleton::{ListSkeleton, Skeleton};
