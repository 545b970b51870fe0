//! What our mails say. Each has what its reader needs and nothing more: a
//! mail is read by whoever reads the mailbox. To an address that nobody proved
//! goes only what proves it; every other mail takes a [`ProvedEmail`].

use super::Mail;
use crate::accounts::ProvedEmail;
use types::security::{SecurityNotice, SecurityNoticeKind};

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
    let subject = format!("{} invites you to {}", short(inviter), short(business));
    let (business, inviter, role) = (name(business), name(inviter), name(role));
    mail(
        to,
        &subject,
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
    let subject = format!("{} is ready for you", short(business));
    let business = name(business);
    let next = if has_account {
        format!("You come in with the account that you have:\n\n{link}")
    } else {
        format!("Choose your password here, and the setup begins:\n\n{link}\n\nThe link works once, for 7 days.")
    };
    mail(
        to,
        &subject,
        &format!(
            "Hello,\n\n{business} was opened on Omnichat, and you own it. {next}\n\n\
             If you did not expect this, you can ignore this mail."
        ),
    )
}

/// Tells of something that was noticed about the safety of a business.
#[must_use]
pub fn security_notice(to: &ProvedEmail, business: &str, notice: &SecurityNotice, link: &str) -> Mail {
    let subject = match notice.kind {
        SecurityNoticeKind::NewDevice => "A new device signed in",
        SecurityNoticeKind::SignInFailures => "Many wrong passwords were tried",
        SecurityNoticeKind::Refusals => "Many requests are refused",
        SecurityNoticeKind::KeyNetworks => "An API key is used from many places",
        SecurityNoticeKind::KeyRefusals => "An API key asks too much",
    };
    let noticed = SecurityNotice { subject: name(&notice.subject), details: name(&notice.details), ..notice.clone() };
    mail(
        to.as_str(),
        &format!("{subject}: {}", short(business)),
        &format!("Hello,\n\n{} {}\n\nSee it, and act on it:\n\n{link}", noticed.sentence(), noticed.advice()),
    )
}

/// Tells a person that somebody signed in as them with a device that is new, in words of ours.
#[must_use]
pub fn new_device(to: &ProvedEmail, device: &str, link: &str) -> Mail {
    mail(
        to.as_str(),
        "A new device signed in to your account",
        &format!(
            "Hello,\n\na new device signed in to your account: {device}.\n\n\
             If it was you, there is nothing to do. If it was not you: log it out here, and choose a new password \
             at once:\n\n{link}"
        ),
    )
}

/// Tells a person that their password is another one now.
#[must_use]
pub fn password_changed(to: &ProvedEmail, sign_in: &str) -> Mail {
    mail(
        to.as_str(),
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
pub fn second_factor_added(to: &ProvedEmail, sign_in: &str) -> Mail {
    mail(
        to.as_str(),
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
pub fn second_factor_removed(to: &ProvedEmail, sign_in: &str) -> Mail {
    mail(
        to.as_str(),
        "Two-step sign-in is off",
        &format!(
            "Hello,\n\nthe second step was just removed from your sign-in: your password alone is enough again.\n\n\
             If that was you, there is nothing to do. If not, choose \"Forgot your password?\" here at once, \
             and tell the owner of your business:\n\n{sign_in}"
        ),
    )
}

/// Tells a person that the people who run the server took their lost second factor off.
#[must_use]
pub fn second_factor_cleared(to: &ProvedEmail) -> Mail {
    mail(
        to.as_str(),
        "Your lost second step of sign-in was removed",
        "Hello,\n\nthe people who run this server removed the second step of your sign-in, because they were told that \
         you had lost it. You were signed out everywhere; your password alone is enough again.\n\n\
         If you asked for that, sign in and turn the second step on again under Settings, Your account. If not, choose \
         \"Forgot your password?\" at sign-in at once, and write to the people who run this server.",
    )
}

fn mail(to: &str, subject: &str, text: &str) -> Mail {
    Mail { to: to.to_owned(), subject: subject.to_owned(), text: format!("{text}\n\n{SIGNATURE}\n") }
}

/// Characters of a name in a text, and in a subject.
const NAME_CHARS: usize = 80;
const SUBJECT_NAME_CHARS: usize = 40;

/// A name that somebody chose, for a text.
fn name(name: &str) -> String {
    plain(name, NAME_CHARS)
}

/// The same for a subject, which is read before anything is opened.
fn short(name: &str) -> String {
    plain(name, SUBJECT_NAME_CHARS)
}

/// A name without what would make it more than a name: a mail from us must
/// not carry somebody's own links. What mail programs make links of, they find
/// by slashes, by "@", and by dots and colons within a word. What is invisible
/// or turns the direction of writing goes as well.
fn plain(name: &str, most: usize) -> String {
    let mut plain = String::new();
    let mut chars = name.chars().peekable();
    while let Some(char) = chars.next() {
        let is_within = chars.peek().is_some_and(|next| next.is_alphanumeric());
        match char {
            char if char.is_control() || is_invisible(char) => plain.push(' '),
            '/' | '\\' | '@' => plain.push(' '),
            '.' | ':' | '\u{3002}' | '\u{ff0e}' | '\u{ff61}' if is_within => plain.extend([char, ' ']),
            char => plain.push(char),
        }
    }
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if plain.chars().count() <= most {
        return plain;
    }
    let cut: String = plain.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

/// Formatting that is not seen: zero width, direction, tags.
const fn is_invisible(char: char) -> bool {
    matches!(char, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "https://chat.example.com/x/secret";

    #[test]
    fn every_mail_has_its_link_on_a_line_of_its_own() {
        let invited = Invitation { business: "Juniper & Pine", inviter: "Robin Pine", role: "Agent", link: LINK };
        let proved = ProvedEmail::for_test("a@b.example");
        let mails = [
            verify_email("a@b.example", LINK),
            password_reset("a@b.example", LINK),
            invitation("a@b.example", invited),
            business_opened("a@b.example", "Juniper & Pine", LINK, false),
            business_opened("a@b.example", "Juniper & Pine", LINK, true),
            password_changed(&proved, LINK),
            new_device(&proved, "Firefox on Windows, from 192.0.2.1", LINK),
            second_factor_added(&proved, LINK),
            second_factor_removed(&proved, LINK),
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

    #[test]
    fn a_subject_has_little_of_a_strangers_words() {
        let long = "Your parcel waits: pay 2.99 at evil.example/pay now or lose it ".repeat(3);
        for evil in [
            long.as_str(),
            "www.evil.example",
            "mailto:eve@evil.example",
            "\u{202e}elpmaxe.live\u{202c}",
            "http:\\\\evil.example",
            "evil\u{3002}example",
        ] {
            let invited = Invitation { business: evil, inviter: evil, role: "Agent", link: LINK };
            for subject in
                [invitation("a@b.example", invited).subject, business_opened("a@b.example", evil, LINK, true).subject]
            {
                assert!(subject.chars().count() <= 100, "{subject}");
                let rest = subject.replace(". ", "").replace(": ", "").replace("\u{3002} ", "");
                assert!(!rest.contains(['.', ':', '/', '\\', '@', '\u{202e}', '\u{3002}']), "{subject}");
            }
        }
        let honest = Invitation { business: "Dr. Müller & Söhne", inviter: "José", role: "Agent", link: LINK };
        assert_eq!(invitation("a@b.example", honest).subject, "José invites you to Dr. Müller & Söhne");
    }
}
