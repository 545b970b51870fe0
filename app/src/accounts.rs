//! Signing in and who is signed in.

mod code;
mod entrance;
mod guard;
mod login;
mod register;
pub mod rules;
mod second_factor;
mod session;
mod sign_in_settings;
mod sso;

pub use code::CodePage;
pub use guard::{Guard, Only};
pub use login::{FormError, LoginPage};
pub use register::RegisterPage;
pub use second_factor::{SecondFactor, SecurityPage};
pub use session::{Session, current_user, provide_session, use_session};
pub use sign_in_settings::SignInSettingsPage;
pub use sso::SsoPage;
