use std::fmt;

use serde::{Deserialize, Serialize};

/// Over what a contact with a customer takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Channel {
    /// A telephone call.
    Phone,
    /// E-mail.
    Email,
    /// A text message to a telephone.
    Sms,
    /// A chat on a site or in an app, or an instant message.
    Chat,
    /// A public or private message in a social network.
    Social,
    /// A visit to a service desk in a store.
    ServiceDesk,
    /// A technician at the customer's.
    TechnicianVisit,
    /// A session on the customer's device from afar.
    RemoteSession,
    /// The customer helps themselves: a portal, a knowledge base.
    SelfService,
    /// A program that talks to the customer.
    Bot,
    /// A forum of customers.
    Forum,
    /// A letter.
    Post,
}

impl Channel {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Phone,
        Self::Email,
        Self::Sms,
        Self::Chat,
        Self::Social,
        Self::ServiceDesk,
        Self::TechnicianVisit,
        Self::RemoteSession,
        Self::SelfService,
        Self::Bot,
        Self::Forum,
        Self::Post,
    ];

    /// Its name, as serde writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Chat => "chat",
            Self::Social => "social",
            Self::ServiceDesk => "service_desk",
            Self::TechnicianVisit => "technician_visit",
            Self::RemoteSession => "remote_session",
            Self::SelfService => "self_service",
            Self::Bot => "bot",
            Self::Forum => "forum",
            Self::Post => "post",
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
