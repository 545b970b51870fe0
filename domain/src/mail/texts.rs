//! What our mails say. Each has what its reader needs and nothing more: a
//! mail is read by whoever reads the mailbox.

use super::Mail;
use types::security::SecurityNotice;

/// At the end of every mail.
const SIGNATURE: &str = "— Omnichat";

/// Asks a person to prove that an address is theirs.
#[must_use]
pub fn verify_email(to: &str, link: &str) -> Mail {
    mail(
        to,
        "Please confirm your e-mail address",
        &format!(
            "Hello,\n\nplease confirm that this is your e-mail address:\n\n{link}\n\n\
             If you did not sign up, you can ignore this mail; nothing will happen."
        ),
    )
}

/// Brings the link with which a new password is chosen.
#[must_use]
pub fn password_reset(to: &str, link: &str) -> Mail {
    mail(
        to,
        "Choose a new password",
        &format!(
            "Hello,\n\nyou can choose a new password here:\n\n{link}\n\n\
             The link works once, for one hour.\n\n\
             If you did not ask for this, you can ignore this mail; your password stays as it is."
        ),
    )
}

/// What an invitation says.
#[derive(Clone, Copy, Debug)]
pub struct Invitation<'a> {
    /// The business that the person is invited to.
    pub business: &'a str,
    /// Who invites.
    pub inviter: &'a str,
    /// The role that the person gets there, by the name that people see.
    pub role: &'a str,
    /// Where it is accepted.
    pub link: &'a str,
}

/// Invites a person into a business.
#[must_use]
pub fn invitation(to: &str, invitation: Invitation<'_>) -> Mail {
    let Invitation { business, inviter, role, link } = invitation;
    let (business, inviter, role) = (name(business), name(inviter), name(role));
    mail(
        to,
        &format!("{inviter} invites you to {business}"),
        &format!(
            "Hello,\n\n{inviter} invites you to join {business} on Omnichat. Your role: {role}.\n\nAccept here:\n\n{link}\n\n\
             The invitation is valid for 7 days.\n\n\
             If you do not know {inviter}, you can ignore this mail."
        ),
    )
}

/// Tells a person that a business was opened for them. `link` is where they
/// choose a password, or sign in when they have one.
#[must_use]
pub fn business_opened(to: &str, business: &str, link: &str, has_account: bool) -> Mail {
    let business = name(business);
    let next = if has_account {
        format!("You come in with the account that you have:\n\n{link}")
    } else {
        format!("Choose your password here, and the setup begins:\n\n{link}\n\nThe link works once, for 7 days.")
    };
    mail(
        to,
        &format!("{business} is ready for you"),
        &format!(
            "Hello,\n\n{business} was opened on Omnichat, and you own it. {next}\n\n\
             If you did not expect this, you can ignore this mail."
        ),
    )
}

/// Tells of something that was noticed about the safety of a business.
#[must_use]
pub fn security_notice(to: &str, business: &str, notice: &SecurityNotice, link: &str) -> Mail {
    let business = name(business);
    let noticed = SecurityNotice { subject: name(&notice.subject), details: name(&notice.details), ..notice.clone() };
    mail(
        to,
        &format!("Security of {business}"),
        &format!("Hello,\n\n{} {}\n\nSee it, and act on it:\n\n{link}", noticed.sentence(), noticed.advice()),
    )
}

/// Tells a person that their password is another one now.
#[must_use]
pub fn password_changed(to: &str, sign_in: &str) -> Mail {
    mail(
        to,
        "Your password was changed",
        &format!(
            "Hello,\n\nthe password of your account was just changed.\n\n\
             If that was you, there is nothing to do. If not, choose \"Forgot your password?\" here at once, \
             and tell the owner of your business:\n\n{sign_in}"
        ),
    )
}

/// Tells a person that signing in takes a second factor from now on.
#[must_use]
pub fn second_factor_added(to: &str, sign_in: &str) -> Mail {
    mail(
        to,
        "Two-step sign-in is on",
        &format!(
            "Hello,\n\na second step was just added to your sign-in: besides your password you now need a code.\n\n\
             If that was you, there is nothing to do. If not, choose \"Forgot your password?\" here at once, \
             and tell the owner of your business:\n\n{sign_in}"
        ),
    )
}

/// Tells a person that signing in takes the password alone again.
#[must_use]
pub fn second_factor_removed(to: &str, sign_in: &str) -> Mail {
    mail(
        to,
        "Two-step sign-in is off",
        &format!(
            "Hello,\n\nthe second step was just removed from your sign-in: your password alone is enough again.\n\n\
             If that was you, there is nothing to do. If not, choose \"Forgot your password?\" here at once, \
             and tell the owner of your business:\n\n{sign_in}"
        ),
    )
}

fn mail(to: &str, subject: &str, text: &str) -> Mail {
    Mail { to: to.to_owned(), subject: subject.to_owned(), text: format!("{text}\n\n{SIGNATURE}\n") }
}

/// A name that somebody chose, without what would make it more than a name:
/// a mail in our name must not carry somebody's own links.
fn name(name: &str) -> String {
    let plain: String = name.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain: String = plain.replace("://", " ").chars().take(80).collect();
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "https://chat.example.com/x/secret";

    #[test]
    fn every_mail_has_its_link_on_a_line_of_its_own() {
        let invited = Invitation { business: "Juniper & Pine", inviter: "Robin Pine", role: "Agent", link: LINK };
        let mails = [
            verify_email("a@b.example", LINK),
            password_reset("a@b.example", LINK),
            invitation("a@b.example", invited),
            business_opened("a@b.example", "Juniper & Pine", LINK, false),
            business_opened("a@b.example", "Juniper & Pine", LINK, true),
            password_changed("a@b.example", LINK),
            second_factor_added("a@b.example", LINK),
            second_factor_removed("a@b.example", LINK),
        ];
        for mail in mails {
            assert!(mail.text.lines().any(|line| line == LINK), "{}", mail.text);
            assert!(mail.text.is_ascii() || mail.text.contains(SIGNATURE));
            assert!(!mail.subject.contains("secret") && !mail.subject.is_empty());
        }
        let invitation = invitation("a@b.example", invited);
        assert_eq!(invitation.subject, "Robin Pine invites you to Juniper & Pine");
        assert!(invitation.text.contains("Your role: Agent.") && invitation.text.contains("7 days"));
        assert!(password_reset("a@b.example", LINK).text.contains("one hour"));
    }

    #[test]
    fn a_name_brings_no_link_and_no_line() {
        let evil = "Win money\r\nat https://evil.example/now";
        let invited = Invitation { business: evil, inviter: "https://evil.example", role: "Owner", link: LINK };
        let mail = invitation("a@b.example", invited);
        assert_eq!(super::super::html(&mail.text).matches("<a ").count(), 1, "{}", mail.text);
        assert!(!mail.subject.contains(['\r', '\n']), "{}", mail.subject);
    }
}
