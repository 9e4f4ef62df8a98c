use super::contact::Contact;
use super::policy::CustomerPolicy;
use super::state::Customer;
use crate::interaction::Channel;
use crate::kernel::Code;

/// Why a customer is not told something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Untold {
    /// The customer was erased.
    #[error("the customer was erased")]
    Erased,
    /// The purpose needs a consent that was not given, or the customer objected.
    #[error("the customer did not consent")]
    NoConsent,
    /// There is no contact point for any channel that is allowed, or none that was verified.
    #[error("the customer has no contact point for it")]
    NoContact,
}

impl Untold {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Erased => "customer.erased",
            Self::NoConsent => "customer.no_consent",
            Self::NoContact => "customer.no_contact",
        }
    }
}

/// Over which channel a customer is told something for a purpose.
///
/// The customer's own order comes first, then the policy's; the first channel that consent allows and for
/// which there is a verified contact point is taken. With `only`, no other channel is considered.
///
/// # Errors
/// [`Untold::Erased`]; [`Untold::NoConsent`] when consent allows no channel; [`Untold::NoContact`].
pub fn channel_for(
    customer: &Customer,
    purpose: &Code,
    only: Option<Channel>,
    policy: &CustomerPolicy,
) -> Result<Channel, Untold> {
    if customer.is_erased() {
        return Err(Untold::Erased);
    }
    let is_needed = policy.needs_consent(purpose);
    let may = |channel| match customer.consents.decided(purpose, Some(channel)) {
        Some(is_given) => is_given,
        None => !is_needed,
    };
    let reaches = |contact: &Contact, channel| {
        contact.kind.reaches(channel)
            && (contact.verified_at.is_some() || policy.unverified_channels.contains(&channel))
    };
    let order: Vec<Channel> = match only {
        Some(channel) => vec![channel],
        None => customer
            .preferred(purpose)
            .iter()
            .chain(&policy.channel_order)
            .copied()
            .collect(),
    };
    let mut allowed = order
        .iter()
        .copied()
        .filter(|&channel| may(channel))
        .peekable();
    if allowed.peek().is_none() && !order.is_empty() {
        return Err(Untold::NoConsent);
    }
    allowed
        .find(|&channel| customer.contacts.iter().any(|c| reaches(c, channel)))
        .ok_or(Untold::NoContact)
}
