//! Signing in and who is signed in.

mod entrance;
mod guard;
mod login;
mod register;
pub mod rules;
mod session;

pub use guard::{Guard, Only};
pub use login::{FormError, LoginPage};
pub use register::RegisterPage;
pub use session::{Session, current_user, provide_session, use_session};
