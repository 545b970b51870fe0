//! Signing in and who is signed in.

mod code;
mod entrance;
mod forgot;
mod guard;
mod invitation;
mod login;
mod own;
mod own_sessions;
mod register;
pub mod rules;
mod second_factor;
mod session;
mod sign_in_settings;
mod sso;
mod verify;

pub use code::CodePage;
pub use forgot::{ForgotPage, ResetPage};
pub use guard::{Guard, Only};
pub use invitation::InvitationPage;
pub use login::{FormError, LoginPage};
pub use own::AccountPage;
pub use register::RegisterPage;
pub use rules::email as check_email;
pub use session::{Session, current_user, provide_session, use_session};
pub use sign_in_settings::SignInSettingsPage;
pub use sso::SsoPage;
pub use verify::{VerifyBanner, VerifyPage};
