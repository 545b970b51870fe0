//! Small parts that every page uses: buttons, fields, notices, times.

mod alert;
mod avatar;
mod button;
mod choice;
mod clock;
mod copy;
mod dialog;
mod empty;
mod field;
mod form;
mod save_bar;
mod skeleton;
mod trial;

pub use alert::{Alert, ErrorAlert, Tone, error_text};
pub use avatar::{Avatar, initials};
pub use button::{Button, ButtonKind};
pub use choice::{Segments, Switch};
pub use clock::{Clock, RelativeTime, date_text, iso_text, provide_clock, relative_text, use_now};
pub use copy::CopyButton;
pub use dialog::{Dialog, close_dialog, open_dialog};
pub use empty::Empty;
pub use field::{Field, FieldNote, Input, TextArea, TextField};
pub use form::PostForm;
pub use save_bar::{SaveBar, Saving, save};
pub use skeleton::{ListSkeleton, Skeleton};
pub use trial::end_of_trial;
