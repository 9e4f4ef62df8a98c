//! One of every stored shape of surveys.

use std::sync::Arc;

use aftercare::code;
use aftercare::interaction::Channel;
use aftercare::kernel::{
    CaseId, ClaimId, CustomerId, Effect, MessageId, OrderId, StaffId, SurveyId, VisitId,
    WarrantyClaimId,
};
use aftercare::record::{Event, Record};
use aftercare::satisfaction::{EffortFigure, Instrument, Rating, Scale};
use aftercare::service::QuietHours;
use aftercare::survey::*;
use chrono::TimeDelta;
use uuid::Uuid;

use super::values::{at, stamp};
use super::{golden, golden_enum, golden_exact};

const AYSE: CustomerId = CustomerId::from_u128(0xa1);
const CASE: CaseId = CaseId::from_u128(0xca5e);
const MESSAGE: MessageId = MessageId::from_u128(0x3e55);
const SURVEY: SurveyId = SurveyId::from_u128(0x5e4e);

fn subjects() -> Vec<Subject> {
    vec![
        Subject::Case(CASE),
        Subject::Order(OrderId::from_u128(0x04de4)),
        Subject::Visit(VisitId::from_u128(0x715)),
        Subject::Claim(WarrantyClaimId::from_u128(0xc1a)),
        Subject::Relationship,
    ]
}

fn instrument() -> Instrument {
    Instrument::new(code!("after_case"), Scale::CsatFive)
}

fn planning() -> Planning {
    Planning {
        customer: AYSE,
        programme: code!("after_case"),
        instrument: instrument().with_wording(2),
        questions: [code!("why")].into(),
        about: Subject::Case(CASE),
        episode: 1,
        credit: Credit {
            agent: Some(StaffId::from_u128(0xde)),
            team: Some(code!("kitchen")),
            topic: Some(code!("leak")),
            product: Some(code!("KB-24")),
            channel: Some(Channel::Email),
        },
        send_at: at(10, 0),
        edit_ms: 86_400_000,
    }
}

fn bare() -> Planning {
    Planning {
        questions: [].into(),
        about: Subject::Relationship,
        episode: 0,
        credit: Credit::default(),
        ..planning()
    }
}

fn events() -> Vec<SurveyEvent> {
    let invitation = Invitation {
        channel: Channel::Email,
        message: MESSAGE,
        token: Uuid::from_u128(0x70ce),
        expires_at: at(20, 0),
        remind_at: Some(at(12, 0)),
    };
    let never = Invitation {
        remind_at: None,
        ..invitation.clone()
    };
    vec![
        SurveyEvent::Planned(Box::new(planning())),
        SurveyEvent::Planned(Box::new(bare())),
        SurveyEvent::Postponed { until: at(11, 0) },
        SurveyEvent::Invited(Box::new(never)),
        SurveyEvent::Invited(Box::new(invitation)),
        SurveyEvent::Delivered {},
        SurveyEvent::Undelivered {
            reason: code!("no_such_address"),
        },
        SurveyEvent::Followed { score: None },
        SurveyEvent::Followed { score: Some(3) },
        SurveyEvent::NotReminded {
            why: code!("reopened"),
        },
        SurveyEvent::Reminded { message: MESSAGE },
        SurveyEvent::Answered {
            score: 5,
            rating: Rating::Good,
            texts: [].into(),
        },
        SurveyEvent::Changed {
            from: 5,
            score: 2,
            rating: Rating::Bad,
            texts: [code!("why")].into(),
        },
        SurveyEvent::FollowUpOpened {
            case: CaseId::from_u128(0xf0),
            team: code!("care"),
            due_at: at(18, 0),
        },
        SurveyEvent::Reacted {
            reaction: code!("thanks"),
            effect: Effect::Done {
                what: code!("points_earned"),
            },
        },
        SurveyEvent::FollowUpLate {},
        SurveyEvent::FollowUpAdvanced {
            to: FollowUpStage::Closed,
        },
    ]
}

fn ends() -> Vec<SurveyEvent> {
    vec![
        SurveyEvent::Skipped {
            why: code!("throttled"),
        },
        SurveyEvent::CalledOff {
            reason: code!("mistake"),
        },
        SurveyEvent::Expired {},
    ]
}

/// One event of each kind.
pub fn event() -> Event {
    Event::Survey(SURVEY, SurveyEvent::Delivered {})
}

/// Records with everything in them, and with as little as can be.
pub fn records() -> Vec<Record> {
    let all = events();
    let begin = |event: &SurveyEvent| Survey::begin(SURVEY, event, &stamp(9, 0)).unwrap();
    let (mut full, planned) = (begin(&all[0]), begin(&all[1]));
    for event in &all[4..] {
        full.apply(event, &stamp(13, 0));
    }
    let mut open = planned.clone();
    for event in [&all[4], &all[11], &all[13]] {
        open.apply(event, &stamp(13, 0));
    }
    let mut surveys = vec![planned.clone(), open, full];
    for end in ends() {
        let mut ended = planned.clone();
        ended.apply(&end, &stamp(13, 0));
        surveys.push(ended);
    }
    let mut records: Vec<_> = surveys
        .into_iter()
        .map(|survey| Record::Survey(Arc::new(survey)))
        .collect();
    records.push(Record::Respondent(Arc::new(Respondent {
        customer: AYSE,
        invited_at: at(9, 0),
    })));
    records
}

pub fn bare_programme() -> SurveyProgramme {
    SurveyProgramme::new(code!("after_case"), instrument())
}

fn programme() -> SurveyProgramme {
    let mut closed = ClosedLoop::new(2, code!("care"), TimeDelta::days(2));
    closed = closed
        .in_hours_of(code!("support"))
        .with_priority(code!("high"));
    let mut programme = SurveyProgramme::new(code!("after_case"), instrument())
        .asking(code!("why"))
        .after(TimeDelta::hours(1))
        .over(Channel::Sms)
        .over(Channel::Email)
        .reminding_after(TimeDelta::days(3))
        .repeating_every(TimeDelta::days(90))
        .closing_the_loop(closed);
    programme.template = Some(code!("survey.case"));
    programme.only.not_topics.insert(code!("billing"));
    programme.only.not_tags.insert(code!("own_staff"));
    programme
}

#[test]
fn surveys_stay() {
    let mut all = events();
    all.extend(ends());
    golden_enum("survey_event", &all);
    golden_enum("survey_subject", &subjects());
    let policy = SurveyPolicy {
        programmes: vec![
            programme(),
            SurveyProgramme::new(code!("bare"), instrument()),
        ],
        throttle_ms: Some(1),
        quiet_hours: Some(QuietHours {
            from: "21:00:00".parse().unwrap(),
            to: "08:00:00".parse().unwrap(),
        }),
    };
    golden("survey_policy", &[policy]);
    let effort = Scale::Ces(EffortFigure::Top3);
    golden_enum(
        "satisfaction_scale",
        &[
            Scale::CsatFive,
            Scale::CsatThree,
            Scale::CsatYesNo,
            Scale::Nps,
            effort,
        ],
    );
}

#[test]
fn numbers_of_surveys_stay() {
    let mut numbers: Vec<ClaimId> = Vec::new();
    for subject in subjects() {
        for episode in 0..2 {
            let id = Survey::id_of(&code!("after_case"), subject, AYSE, episode);
            numbers.push(ClaimId::from_uuid(id.uuid()));
        }
    }
    let text = Survey::text_of(SURVEY, &code!("why"));
    numbers.push(ClaimId::from_uuid(text.uuid()));
    golden_exact("survey_numbers", &numbers);
}
