//! Numbers that are worked out and stored: the same input must give the same number for ever, or nothing that
//! was stored would be found again.

use aftercare::case::{MoveCase, OpenCase};
use aftercare::code;
use aftercare::customer::RegisterCustomer;
use aftercare::interaction::{Channel, RecordMessage};
use aftercare::kernel::{Actor, CaseId, Context, CustomerId, Id, RequestId, Requests, SecretKey};
use aftercare::message::Recipient;
use aftercare::record::{Index, Kind, bucket_of, rank_of};
use aftercare::work::AnyCommand;
use serde_json::json;

use super::golden_exact;
use super::values::at;

/// The name of a number, and the number.
type Line = (String, String);

fn line(name: impl Into<String>, number: impl ToString) -> Line {
    (name.into(), number.to_string())
}

#[test]
fn numbers_stay() {
    let mut lines = Vec::new();
    for kind in Kind::ALL {
        lines.push(line(format!("kind.{kind}"), kind.code()));
    }
    for index in Index::ALL {
        lines.push(line(format!("index.{index}"), index.code()));
    }
    let request = RequestId::from_u128(42);
    let first: CaseId = Id::derived(request, at(9, 0), 0);
    let third: CaseId = Id::derived(request, at(9, 0), 2);
    lines.push(line("id.first", first));
    lines.push(line("id.third", third));
    lines.push(line("bucket", bucket_of(first.uuid())));
    lines.push(line("rank", rank_of(at(9, 0))));
    let context = Context::new(at(9, 0), request, Actor::System);
    lines.push(line("context.part", context.part(1).request));
    let drawn = Requests::of(Actor::System, 7).at(at(9, 0)).request;
    lines.push(line("requests.first", drawn));
    let team = Recipient::Team(code!("support"));
    lines.push(line("recipient.team", team.number()));
    golden_exact("numbers", &lines);
}

#[test]
fn fingerprints_stay() {
    let secret = SecretKey::new([7; 16]);
    let (ayse, case) = (CustomerId::from_u128(1), CaseId::from_u128(2));
    let commands: [(&str, Box<dyn AnyCommand>); 4] = [
        (
            "customer.register",
            Box::new(RegisterCustomer::named("Ayşe Yılmaz").with_email("ayse@example.com")),
        ),
        (
            "case.open",
            Box::new(OpenCase::new(ayse, Channel::Phone, "no water").with_team(code!("support"))),
        ),
        ("case.move", Box::new(MoveCase::new(case, code!("solved")))),
        (
            "interaction.record",
            Box::new(RecordMessage::from_customer(ayse, Channel::Email, "merhaba").with_case(case)),
        ),
    ];
    let lines: Vec<Line> = commands
        .iter()
        .map(|(name, command)| line(*name, command.fingerprint(&secret)))
        .collect();
    golden_exact("fingerprints", &lines);
}

#[test]
fn a_fingerprint_does_not_see_fields_that_say_nothing() {
    let digest = |value: serde_json::Value| SecretKey::new([7; 16]).digest().with(&value).finish();
    assert_ne!(digest(json!({"a": 1})), digest(json!({"a": 2})));
    #[derive(serde::Serialize)]
    struct Old {
        case: u32,
    }
    #[derive(serde::Serialize)]
    struct New {
        case: u32,
        reason: Option<u32>,
    }
    let secret = SecretKey::new([7; 16]);
    let old = secret.digest().with(&Old { case: 1 }).finish();
    let same = New {
        case: 1,
        reason: None,
    };
    let other = New {
        case: 1,
        reason: Some(1),
    };
    assert_eq!(secret.digest().with(&same).finish(), old);
    assert_ne!(secret.digest().with(&other).finish(), old);
}
