//! Who may do what: every command and every question, with every role.

mod doors;

use std::collections::BTreeSet;
use std::convert::Infallible;

use aftercare::code;
use aftercare::courier::{Courier, Envelope, Receipt, SendError};
use aftercare::desk::{Desk, Error};
use aftercare::kernel::{Access, Actor, Code, Context, CustomerId, RequestId, StaffId};
use aftercare::record::{Batch, Commit, Index, Key, Kind, Page, Query, Row};
use aftercare::store::{MemoryStore, Store};
use aftercare::work::{Command, Question};
use uuid::Uuid;

use self::doors::doors;
use crate::architecture::{Source, sources};
use crate::common::{at, rulebook};

/// The customer that asks where a customer asks; samples are about the same one.
const ME: u128 = 1;

/// A store that nobody may touch.
struct Untouchable;

impl Store for Untouchable {
    type Error = Infallible;
    fn load(&self, _: &[Key]) -> Result<Vec<Option<Row>>, Infallible> {
        panic!("refused after reading")
    }
    fn find(&self, _: &Query) -> Result<Page, Infallible> {
        panic!("refused after reading")
    }
    fn commit(&self, _: Batch) -> Result<Commit, Infallible> {
        panic!("refused after writing")
    }
}

struct NoCourier;

impl Courier for NoCourier {
    type Error = Infallible;
    fn send(&self, _: &Envelope) -> Result<Receipt, SendError<Infallible>> {
        Ok(Receipt::default())
    }
}

/// What came of trying: the code of the error, if there was one.
type Tried = Option<String>;

fn tried<T, E>(result: Result<T, Error<E>>) -> Tried {
    result.err().map(|error| error.code().to_owned())
}

/// One way into the crate.
struct Door {
    /// The command or question behind it, as the source calls it.
    name: &'static str,
    /// Which of the default roles may; the system always may.
    roles: &'static [&'static str],
    /// Tries it in an empty store.
    try_it: Box<dyn Fn(&Context) -> Tried>,
    /// Tries it in a store that must not be touched.
    try_denied: Box<dyn Fn(&Context) -> Tried>,
}

/// A door that is opened in some way of its own.
macro_rules! door {
    ($name:literal, $roles:expr, |$desk:ident, $context:ident| $call:expr) => {
        $crate::access::Door {
            name: $name,
            roles: $roles,
            try_it: Box::new(|$context| {
                let $desk = aftercare::desk::Desk::new(
                    aftercare::store::MemoryStore::new(),
                    $crate::common::rulebook(true),
                );
                $crate::access::tried($call)
            }),
            try_denied: Box::new(|$context| {
                let $desk = aftercare::desk::Desk::new(
                    $crate::access::Untouchable,
                    $crate::common::rulebook(true),
                );
                $crate::access::tried($call)
            }),
        }
    };
}
use door;

/// A command: its name in the source, the roles that may, and a sample.
fn command<C: Command + Clone + 'static>(
    name: &'static str,
    roles: &'static [&'static str],
    sample: C,
) -> Door {
    let other = sample.clone();
    Door {
        name,
        roles,
        try_it: Box::new(move |context| {
            let desk = Desk::new(MemoryStore::new(), rulebook(true));
            tried(desk.run(context, sample.clone()))
        }),
        try_denied: Box::new(move |context| {
            let desk = Desk::new(Untouchable, rulebook(true));
            tried(desk.run(context, other.clone()))
        }),
    }
}

/// A question: its name in the source, the roles that may, and a sample.
fn question<Q: Question + Clone + 'static>(
    name: &'static str,
    roles: &'static [&'static str],
    sample: Q,
) -> Door {
    let other = sample.clone();
    Door {
        name,
        roles,
        try_it: Box::new(move |context| {
            let desk = Desk::new(MemoryStore::new(), rulebook(true));
            tried(desk.ask(&context.actor, &sample))
        }),
        try_denied: Box::new(move |context| {
            let desk = Desk::new(Untouchable, rulebook(true));
            tried(desk.ask(&context.actor, &other))
        }),
    }
}

/// Doors that are no command or question of their own.
const OTHERS: &[&str] = &["Follow"];

/// The types with an `impl Command for` or `impl Question for` in this file.
fn implemented(source: &Source) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in &source.lines {
        let line = line.trim_start();
        let needles = [" Command for ", " Question for "];
        let impls = needles.iter().filter_map(|needle| line.split_once(needle));
        for (before, after) in impls {
            if !before.trim_start_matches("$(").starts_with("impl") {
                continue;
            }
            let end = after.find(|c: char| !c.is_alphanumeric() && c != '_');
            let name = &after[..end.unwrap_or(after.len())];
            if name.is_empty() {
                let known = source.path == "flows/interaction.rs";
                assert!(
                    known,
                    "{}: a macro makes commands; read its list here",
                    source.path
                );
                found.extend(listed(source));
            } else {
                found.insert(name.to_owned());
            }
        }
    }
    found
}

/// The commands of `handled!`: lines such as `HoldContact as "interaction.hold" needs ..`.
fn listed(source: &Source) -> impl Iterator<Item = String> {
    let lines = source.lines.iter().map(|line| line.trim());
    lines.filter_map(|line| {
        let (name, _) = line.split_once(" as \"\" needs ")?;
        (!name.starts_with('$')).then(|| name.to_owned())
    })
}

/// One actor of each default role, and one without any.
fn actors() -> Vec<(String, Actor)> {
    let staff = |role: Code| Actor::staff(StaffId::from_u128(9), role);
    let access = Access::default();
    let mut actors: Vec<_> = access
        .spec()
        .0
        .keys()
        .map(|role| {
            let actor = match role.as_str() {
                "customer" => Actor::Customer(CustomerId::from_u128(ME)),
                "bot" => Actor::Bot(code!("chat")),
                _ => staff(role.clone()),
            };
            (role.to_string(), actor)
        })
        .collect();
    actors.push(("nobody".to_owned(), staff(code!("nobody"))));
    actors
}

#[test]
fn the_list_names_every_command_and_question_of_the_source() {
    let in_source: BTreeSet<String> = sources().iter().flat_map(implemented).collect();
    let listed: BTreeSet<String> = doors()
        .iter()
        .map(|door| door.name.to_owned())
        .filter(|name| !OTHERS.contains(&name.as_str()))
        .collect();
    let forgotten: Vec<_> = in_source.difference(&listed).collect();
    assert!(forgotten.is_empty(), "not in `doors`: {forgotten:?}");
    let gone: Vec<_> = listed.difference(&in_source).collect();
    assert!(gone.is_empty(), "no longer in the source: {gone:?}");
}

#[test]
fn an_implementation_is_found_however_it_is_written() {
    let text = "
impl Command for OpenCase {
    impl<N: Stored> Question for Get<N> {
impl<C: Command> AnyCommand for C {
fn f() -> impl Command {
// impl Command for Comment {
";
    let found = implemented(&Source::new("flows/x.rs", text));
    let found: Vec<_> = found.into_iter().collect();
    assert_eq!(found, ["Get", "OpenCase"]);
}

#[test]
fn every_role_may_what_is_said_here_and_everyone_else_is_refused_untouched() {
    let mut faults = Vec::new();
    for door in doors() {
        let mut request = 0;
        let mut context = |actor: &Actor| {
            request += 1;
            Context::new(at(0), RequestId::from_u128(request), actor.clone())
        };
        let mut everyone = actors();
        everyone.push(("system".to_owned(), Actor::System));
        for (role, actor) in everyone {
            let may = role == "system" || door.roles.contains(&role.as_str());
            // Who may not is refused before the store is touched.
            let open = if may { &door.try_it } else { &door.try_denied };
            let is_denied = open(&context(&actor)).as_deref() == Some("access.denied");
            if is_denied == may {
                let verb = if may { "should" } else { "should not" };
                faults.push(format!("{role} {verb} be let in by {}", door.name));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_kind_and_every_index_names_a_leave_that_exists() {
    let known = aftercare::kernel::Permission::ALL;
    for kind in Kind::ALL {
        assert!(known.contains(&kind.read_permission()), "{kind}");
    }
    for index in Index::ALL {
        assert!(known.contains(&index.read_permission()), "{index}");
    }
}

#[test]
fn a_customer_finds_only_in_their_own_scope_and_only_by_customer() {
    let desk = Desk::new(MemoryStore::new(), rulebook(false));
    let me = Actor::Customer(CustomerId::from_u128(ME));
    for index in Index::ALL {
        let own = desk.find(&me, &Query::new(*index, Uuid::from_u128(ME)));
        let other = desk.find(&me, &Query::new(*index, Uuid::from_u128(2)));
        let may = index.is_of_customer()
            && desk
                .rulebook()
                .access()
                .allows(&me, index.read_permission());
        assert_eq!(own.is_ok(), may, "{index}");
        assert_eq!(other.unwrap_err().code(), "access.denied", "{index}");
    }
}

#[test]
fn no_role_finds_in_an_index_without_its_leave() {
    let desk = Desk::new(Untouchable, rulebook(false));
    for (role, actor) in actors() {
        for index in Index::ALL {
            if !desk
                .rulebook()
                .access()
                .allows(&actor, index.read_permission())
            {
                let found = desk.find(&actor, &Query::new(*index, Uuid::from_u128(ME)));
                assert_eq!(
                    found.unwrap_err().code(),
                    "access.denied",
                    "{role}: {index}"
                );
            }
        }
    }
}
