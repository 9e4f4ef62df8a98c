//! Who may do what.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

use super::code::Code;
use super::context::Actor;
use super::refusal::{Problem, Problems};

/// The leave that a command or a reading needs, such as `case.open`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission {
    name: &'static str,
    /// Its place in [`Permission::ALL`], so that asking for it is one look; none for a caller's own.
    place: Option<usize>,
}

impl Permission {
    /// A permission of a caller's own command; its name should begin with `custom.`.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        let place = place_of(name);
        Self { name, place }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }
}

/// Where a name stands among those of the library's own permissions.
const fn place_of(name: &str) -> Option<usize> {
    let mut names = NAMES;
    let mut place = 0;
    while let Some((known, rest)) = names.split_first() {
        if is_same(known.as_bytes(), name.as_bytes()) {
            return Some(place);
        }
        (names, place) = (rest, place + 1);
    }
    None
}

/// Equality that the compiler can work out.
const fn is_same(mut one: &[u8], mut other: &[u8]) -> bool {
    while let (Some((first, rest)), Some((as_first, as_rest))) =
        (one.split_first(), other.split_first())
    {
        if *first != *as_first {
            return false;
        }
        (one, other) = (rest, as_rest);
    }
    one.is_empty() && other.is_empty()
}

impl Serialize for Permission {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        const NAMES: &[&str] = &[$($text,)*];

        impl Permission {
            $($(#[$doc])* pub const $name: Self = Self::new($text);)*

            /// All permissions that the library's own commands and readings name.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
        }
    };
}

permissions! {
    /// To read what is stored about a customer without anything personal.
    CUSTOMER_READ = "customer.read",
    /// To read names, contact points and notes.
    CUSTOMER_READ_PROFILE = "customer.read_profile",
    /// To register a customer.
    CUSTOMER_REGISTER = "customer.register",
    /// To change name, contact points, preferences and consents.
    CUSTOMER_UPDATE = "customer.update",
    /// To state that a contact point was proven to be the customer's.
    CUSTOMER_VERIFY = "customer.verify",
    /// To change tags, segments, tier and notes.
    CUSTOMER_CLASSIFY = "customer.classify",
    /// To look for likely duplicates.
    CUSTOMER_MATCH = "customer.match",
    /// To merge two customers.
    CUSTOMER_MERGE = "customer.merge",
    /// To erase a customer.
    CUSTOMER_ERASE = "customer.erase",
    /// To export everything held about a customer.
    CUSTOMER_EXPORT = "customer.export",
    /// To read interactions and what was said in them.
    INTERACTION_READ = "interaction.read",
    /// To record what a customer said or asked.
    INTERACTION_CONTACT = "interaction.contact",
    /// To answer, hold, transfer and end contacts, and to record what staff said.
    INTERACTION_HANDLE = "interaction.handle",
    /// To read cases.
    CASE_READ = "case.read",
    /// To open a case.
    CASE_OPEN = "case.open",
    /// To move a case on: status, assignment, facts, complaint steps.
    CASE_HANDLE = "case.handle",
    /// To hand a case to another team.
    CASE_TRANSFER = "case.transfer",
    /// To let a case be handed around again whose owner was pinned.
    CASE_UNPIN = "case.unpin",
    /// To change priority, category or policy.
    CASE_TRIAGE = "case.triage",
    /// To merge, split and link cases.
    CASE_COMBINE = "case.combine",
    /// To withdraw, reopen or appeal one's own case.
    CASE_OWN = "case.own",
    /// To read the journal.
    JOURNAL_READ = "journal.read",
    /// To follow the journal as a feed.
    JOURNAL_FOLLOW = "journal.follow",
    /// To read messages in the outbox.
    MESSAGE_READ = "message.read",
    /// To withdraw or revive messages.
    MESSAGE_HANDLE = "message.handle",
    /// To read points, tiers and their history, and to simulate.
    LOYALTY_READ = "loyalty.read",
    /// To join a programme, to earn, release and take back points.
    LOYALTY_EARN = "loyalty.earn",
    /// To spend points, hold them, and claim rewards.
    LOYALTY_REDEEM = "loyalty.redeem",
    /// To give back what was spent.
    LOYALTY_GIVE_BACK = "loyalty.give_back",
    /// To correct balances, extend and reinstate points, and set tiers by hand.
    LOYALTY_ADJUST = "loyalty.adjust",
    /// To send points to others and to pool them.
    LOYALTY_TRANSFER = "loyalty.transfer",
    /// To read what a programme owes.
    LOYALTY_REPORT = "loyalty.report",
    /// To read what is known of the models that are sold.
    PRODUCT_READ = "product.read",
    /// To say what a model is like.
    PRODUCT_DEFINE = "product.define",
    /// To read units and the readings of their meters.
    UNIT_READ = "unit.read",
    /// To register a unit with its owner.
    UNIT_REGISTER = "unit.register",
    /// To say where a unit stands and what its meters show.
    UNIT_OWN = "unit.own",
    /// To install units, put readings right and replace meters.
    UNIT_HANDLE = "unit.handle",
    /// To put units on record, pass them on, take them back and put them out of use.
    UNIT_TRANSFER = "unit.transfer",
    /// To read orders and where they are.
    ORDER_READ = "order.read",
    /// To record what customers order, at which prices.
    ORDER_PLACE = "order.place",
    /// To confirm orders, record payments, send them and promise when they come.
    ORDER_HANDLE = "order.handle",
    /// To call off and personalise one's own order.
    ORDER_OWN = "order.own",
    /// To receive and inspect what comes back.
    RETURN_HANDLE = "return.handle",
    /// To make good what came back.
    RETURN_REFUND = "return.refund",
    /// To decide about returns whatever the checks say.
    RETURN_OVERRIDE = "return.override",
    /// To read plans of service, services and visits.
    SERVICE_READ = "service.read",
    /// To start, rest, hand over and end plans of service.
    SERVICE_PLAN = "service.plan",
    /// To enter what was done, put off or left out, and how visits went.
    SERVICE_HANDLE = "service.handle",
    /// To book visits and call them off.
    SERVICE_BOOK = "service.book",
    /// To read technicians and their days, the lists of a service desk, and to look for free slots.
    SERVICE_ROSTER_READ = "service.roster_read",
    /// To say who makes visits, and when.
    SERVICE_ROSTER = "service.roster",
    /// To read the warranties of units and claims, and to ask what is covered.
    WARRANTY_READ = "warranty.read",
    /// To pin terms on units, and to say from when they count.
    WARRANTY_PIN = "warranty.pin",
    /// To file a claim.
    WARRANTY_CLAIM = "warranty.claim",
    /// To give evidence, appeal against and withdraw one's own claim.
    WARRANTY_OWN = "warranty.own",
    /// To look into claims, and to do what was approved.
    WARRANTY_HANDLE = "warranty.handle",
    /// To approve and deny claims, as far as the policy's limits go.
    WARRANTY_DECIDE = "warranty.decide",
    /// To approve under goodwill, to look at what seemed odd, and to recover from suppliers.
    WARRANTY_REVIEW = "warranty.review",
    /// To read surveys and their answers.
    SURVEY_READ = "survey.read",
    /// To plan surveys by hand, and to call them off.
    SURVEY_PLAN = "survey.plan",
    /// To follow the link of an invitation, and to answer. Never for staff.
    SURVEY_ANSWER = "survey.answer",
    /// To bring the follow-ups of bad answers on.
    SURVEY_FOLLOW_UP = "survey.follow_up",
    /// To do what is due: waking, relaying. For the system.
    SYSTEM_WORK = "system.work",
}

/// Roles and what each may do, as data: names of permissions, `case.*` for a whole family, `*` for all.
///
/// The roles `customer` and `bot` belong to the actors of that name; the others are given to staff by the
/// caller's own sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccessSpec(pub BTreeMap<Code, Vec<String>>);

impl Default for AccessSpec {
    /// Customer, bot, agent, technician, supervisor and administrator, each with what its work needs.
    fn default() -> Self {
        let roles: [(&'static str, &[&str]); 6] = [
            (
                "customer",
                &[
                    "customer.read",
                    "customer.read_profile",
                    "customer.update",
                    "customer.export",
                    "interaction.read",
                    "interaction.contact",
                    "case.read",
                    "case.open",
                    "case.own",
                    "message.read",
                    "product.read",
                    "unit.read",
                    "unit.register",
                    "unit.own",
                    "order.read",
                    "order.own",
                    "loyalty.read",
                    "loyalty.redeem",
                    "service.read",
                    "service.book",
                    "warranty.read",
                    "warranty.claim",
                    "warranty.own",
                    "survey.read",
                    "survey.answer",
                ],
            ),
            (
                "bot",
                &[
                    "customer.read",
                    "customer.register",
                    "interaction.*",
                    "case.read",
                    "case.open",
                    "case.transfer",
                    "product.read",
                    "unit.read",
                    "order.read",
                    "loyalty.read",
                    "service.read",
                    "service.book",
                    "warranty.claim",
                    "survey.answer",
                ],
            ),
            (
                "agent",
                &[
                    "customer.read",
                    "customer.read_profile",
                    "customer.register",
                    "customer.update",
                    "customer.verify",
                    "customer.classify",
                    "customer.match",
                    "interaction.*",
                    "case.read",
                    "case.open",
                    "case.handle",
                    "case.transfer",
                    "case.triage",
                    "case.combine",
                    "case.own",
                    "journal.read",
                    "message.read",
                    "product.read",
                    "unit.*",
                    "order.read",
                    "order.place",
                    "order.handle",
                    "order.own",
                    "loyalty.read",
                    "loyalty.earn",
                    "loyalty.redeem",
                    "loyalty.give_back",
                    "return.handle",
                    "return.refund",
                    "service.read",
                    "service.plan",
                    "service.handle",
                    "service.book",
                    "service.roster_read",
                    "warranty.read",
                    "warranty.pin",
                    "warranty.claim",
                    "warranty.own",
                    "warranty.handle",
                    "warranty.decide",
                    "survey.read",
                    "survey.follow_up",
                ],
            ),
            (
                "technician",
                &[
                    "customer.read",
                    "customer.read_profile",
                    "interaction.*",
                    "case.read",
                    "case.handle",
                    "case.transfer",
                    "product.read",
                    "unit.read",
                    "unit.own",
                    "unit.handle",
                    "order.read",
                    "loyalty.read",
                    "return.handle",
                    "service.read",
                    "service.handle",
                    "service.book",
                    "service.roster_read",
                    "warranty.read",
                    "warranty.claim",
                    "warranty.handle",
                ],
            ),
            (
                "supervisor",
                &[
                    "customer.read",
                    "customer.read_profile",
                    "customer.register",
                    "customer.update",
                    "customer.verify",
                    "customer.classify",
                    "customer.match",
                    "customer.merge",
                    "interaction.*",
                    "case.*",
                    "journal.read",
                    "message.*",
                    "product.*",
                    "unit.*",
                    "order.*",
                    "loyalty.*",
                    "return.*",
                    "service.*",
                    "warranty.*",
                    "survey.read",
                    "survey.plan",
                    "survey.follow_up",
                ],
            ),
            (
                "administrator",
                &[
                    "customer.*",
                    "interaction.*",
                    "case.*",
                    "journal.*",
                    "message.*",
                    "product.*",
                    "unit.*",
                    "order.*",
                    "loyalty.*",
                    "return.*",
                    "service.*",
                    "warranty.*",
                    "survey.read",
                    "survey.plan",
                    "survey.follow_up",
                ],
            ),
        ];
        Self(
            roles
                .into_iter()
                .map(|(role, grants)| {
                    let grants = grants.iter().map(|&grant| grant.to_owned()).collect();
                    (Code::known(role), grants)
                })
                .collect(),
        )
    }
}

/// Roles and what each may do, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    spec: AccessSpec,
    /// What staff have by their roles.
    staff: Vec<(Code, Role)>,
    /// What customers have.
    customer: Role,
    /// What programs that talk to customers have.
    bot: Role,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Role {
    /// For each of the library's permissions, whether it has it.
    own: Vec<bool>,
    /// The caller's own.
    custom: Vec<String>,
    /// What is granted by the beginning of its name.
    beginnings: Vec<String>,
}

impl Role {
    fn allows(&self, permission: Permission) -> bool {
        if let Some(place) = permission.place {
            return self.own.get(place).is_some_and(|has| *has);
        }
        let name = permission.name;
        let begins = |beginning: &String| name.starts_with(beginning.as_str());
        self.custom.iter().any(|custom| custom == name) || self.beginnings.iter().any(begins)
    }
}

impl Access {
    /// The access rules of these roles.
    ///
    /// # Errors
    /// [`Problems`] with a line for each grant that names no permission (`access.unknown_permission`).
    /// Names that begin with `custom.` are the caller's own and always fine.
    pub fn try_new(spec: AccessSpec) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let (mut customer, mut bot) = (Role::default(), Role::default());
        let mut staff = Vec::with_capacity(spec.0.len());
        for (name, grants) in &spec.0 {
            let mut role = Role {
                own: vec![false; Permission::ALL.len()],
                ..Role::default()
            };
            for (n, grant) in grants.iter().enumerate() {
                let beginning = grant.strip_suffix('*');
                let known = |p: &&Permission| match beginning {
                    Some(beginning) => p.name.starts_with(beginning),
                    None => p.name == grant,
                };
                if !grant.starts_with("custom.") && !Permission::ALL.iter().any(|p| known(&p)) {
                    problems.push(Problem::new(
                        format!("{name}[{n}]"),
                        "access.unknown_permission",
                        grant,
                    ));
                }
                for (has, permission) in role.own.iter_mut().zip(Permission::ALL) {
                    *has |= known(&permission);
                }
                match beginning {
                    Some(beginning) if beginning.is_empty() || beginning.starts_with("custom.") => {
                        role.beginnings.push(beginning.to_owned());
                    }
                    None if grant.starts_with("custom.") => role.custom.push(grant.clone()),
                    _ => {}
                }
            }
            // These two belong to actors of their own, and say nothing about staff.
            match name.as_str() {
                "customer" => customer = role,
                "bot" => bot = role,
                _ => staff.push((name.clone(), role)),
            }
        }
        Problems::check(problems)?;
        Ok(Self {
            spec,
            staff,
            customer,
            bot,
        })
    }

    /// Whether `actor` may do what needs `permission`.
    #[must_use]
    pub fn allows(&self, actor: &Actor, permission: Permission) -> bool {
        match actor {
            Actor::System => true,
            Actor::Staff { roles, .. } => {
                let mut staff = self.staff.iter();
                staff.any(|(name, role)| role.allows(permission) && roles.contains(name))
            }
            Actor::Customer(_) => self.customer.allows(permission),
            Actor::Bot(_) => self.bot.allows(permission),
        }
    }

    /// The data it was made from.
    #[must_use]
    pub const fn spec(&self) -> &AccessSpec {
        &self.spec
    }
}

impl Default for Access {
    fn default() -> Self {
        Self::try_new(AccessSpec::default()).unwrap_or_else(|_| Self {
            spec: AccessSpec(BTreeMap::new()),
            staff: Vec::new(),
            customer: Role::default(),
            bot: Role::default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code;
    use crate::kernel::{CustomerId, StaffId};

    fn staff(role: Code) -> Actor {
        Actor::staff(StaffId::from_u128(1), role)
    }

    #[test]
    fn the_default_roles_stand() {
        let access = Access::try_new(AccessSpec::default()).unwrap();
        let customer = Actor::Customer(CustomerId::from_u128(1));
        assert!(access.allows(&customer, Permission::CASE_OPEN));
        assert!(!access.allows(&customer, Permission::CASE_HANDLE));
        assert!(access.allows(&staff(code!("agent")), Permission::CASE_TRIAGE));
        assert!(!access.allows(&staff(code!("agent")), Permission::CUSTOMER_MERGE));
        assert!(access.allows(&staff(code!("supervisor")), Permission::CUSTOMER_MERGE));
        assert!(!access.allows(&staff(code!("supervisor")), Permission::CUSTOMER_ERASE));
        assert!(access.allows(&staff(code!("administrator")), Permission::CUSTOMER_ERASE));
        assert!(!access.allows(&staff(code!("administrator")), Permission::SYSTEM_WORK));
        assert!(access.allows(&Actor::System, Permission::SYSTEM_WORK));
    }

    #[test]
    fn staff_cannot_borrow_the_role_of_a_customer() {
        let access = Access::default();
        assert!(!access.allows(&staff(code!("customer")), Permission::CASE_OPEN));
        assert!(!access.allows(&staff(code!("nobody")), Permission::CASE_OPEN));
    }

    #[test]
    fn a_misspelt_permission_is_a_problem_with_its_path() {
        let spec = AccessSpec(BTreeMap::from([(
            code!("agent"),
            vec![
                "case.open".into(),
                "case.oben".into(),
                "kase.*".into(),
                "custom.x".into(),
            ],
        )]));
        let problems = Access::try_new(spec).unwrap_err();
        let paths: Vec<_> = problems.iter().map(|p| p.path.as_str()).collect();
        assert_eq!(paths, ["agent[1]", "agent[2]"]);
    }

    #[test]
    fn callers_grant_their_own_permissions() {
        let spec = AccessSpec(BTreeMap::from([(
            code!("agent"),
            vec!["custom.gift.*".into()],
        )]));
        let access = Access::try_new(spec).unwrap();
        assert!(access.allows(&staff(code!("agent")), Permission::new("custom.gift.send")));
        assert!(!access.allows(&staff(code!("agent")), Permission::new("custom.other")));
    }
}
