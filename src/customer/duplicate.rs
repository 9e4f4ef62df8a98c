use super::profile::Profile;
use crate::kernel::{ContactPointId, CustomerId, match_key};

/// What speaks for two records being about one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Evidence {
    /// The same name, whatever its case, spacing and punctuation.
    SameName,
    /// Two contact points of one kind with the same [loose form](super::ContactKind::loose): one mailbox, one
    /// subscriber number, one postal address.
    SimilarContact {
        /// The contact point of the customer that was asked about.
        own: ContactPointId,
        /// That of the candidate.
        other: ContactPointId,
    },
}

/// A customer who may be the same person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Who; never one that was merged.
    pub customer: CustomerId,
    /// What speaks for it; never empty.
    pub evidence: Vec<Evidence>,
}

/// Customers who may be the same person, the likeliest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    /// Who, the one with the most evidence first.
    pub candidates: Vec<Candidate>,
    /// Whether there may be more, for which a higher limit has to be asked.
    pub has_more: bool,
}

/// What speaks for two profiles being about one person.
#[must_use]
pub fn evidence(own: &Profile, other: &Profile) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    let key = |profile: &Profile| Some(match_key(profile.name.as_ref()?.expose()));
    if key(own).is_some_and(|name| !name.is_empty() && Some(name) == key(other)) {
        evidence.push(Evidence::SameName);
    }
    for mine in &own.contacts {
        let Some(loose) = mine.kind.loose(mine.value.expose()) else {
            continue;
        };
        let alike = other.contacts.iter().filter(|theirs| {
            theirs.kind == mine.kind
                && theirs.kind.loose(theirs.value.expose()).as_ref() == Some(&loose)
        });
        evidence.extend(alike.map(|theirs| Evidence::SimilarContact {
            own: mine.id,
            other: theirs.id,
        }));
    }
    evidence
}
