//! Signing in and who is signed in.

mod entrance;
mod forgot;
mod guard;
mod invitation;
mod login;
mod own;
mod own_sessions;
mod register;
mod rules;
mod session;
mod verify;

pub use forgot::{ForgotPage, ResetPage};
pub use guard::{Guard, Only};
pub use invitation::InvitationPage;
pub use login::LoginPage;
pub use own::AccountPage;
pub use register::RegisterPage;
pub use rules::email as check_email;
pub use session::{Session, current_user, provide_session, use_session};
pub use verify::{VerifyBanner, VerifyPage};
