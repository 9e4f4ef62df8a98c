//! Rules of measuring, named after them.

use aftercare::calendar::BusinessHours;
use aftercare::case::{CallOffCase, ClassifyCase, MergeCases, OpenCase, TransferCase};
use aftercare::code;
use aftercare::customer::MergeCustomers;
use aftercare::interaction::{
    AnswerContact, Channel, EndContact, HoldContact, Mark, MarkInteraction, RecordMessage,
    ResumeContact, StartContact,
};
use aftercare::kernel::{Actor, BasisPoints, CaseId, Code};
use aftercare::measures::{Days, Dimension, Figures, Lens, Measures, Place, Refusal, Report, Slot};
use aftercare::satisfaction::Spread;
use aftercare::sla::{Basis, Metric};
use chrono::TimeDelta;

use crate::case::world::{World, days, hours, policy, promising, within};

fn measured(world: &World, lens: Lens) -> Measures {
    let mut measures = Measures::new(lens);
    world
        .journal()
        .iter()
        .for_each(|entry| measures.take(entry));
    measures
}

fn figures_by(world: &World, lens: Lens) -> Figures {
    let mut whole = Figures::default();
    let measures = measured(world, lens);
    let cells = measures.figures(world.now()).unwrap();
    cells.values().for_each(|figures| whole.merge(figures));
    whole
}

fn figures(world: &World) -> Figures {
    figures_by(world, Lens::default())
}

/// The one value there is, in hours.
fn only(spread: &Spread) -> u64 {
    assert_eq!(spread.n(), 1);
    spread.most().unwrap() / 3_600_000
}

fn moved(world: &World, case: CaseId, to: &str) {
    let to = Code::try_new(to).unwrap();
    world.run(aftercare::case::MoveCase { case, to });
}

fn solved(world: &World, case: CaseId) {
    moved(world, case, "solved");
}

fn bot(world: &World) -> Actor {
    let _ = world;
    Actor::Bot(code!("pera"))
}

#[test]
fn a_bot_s_answer_is_no_first_response() {
    let world = World::standard();
    let case = world.open();
    world.pass(hours(1));
    let reply = RecordMessage::reply(world.customer, Channel::Chat, "Hi!").with_case(case);
    world.try_as(bot(&world), reply).unwrap();
    assert_eq!(figures(&world).first_response.calendar.n(), 0);
    assert_eq!(figures(&world).first_response.open.n(), 1);
    world.pass(hours(2));
    world.replies(case);
    assert_eq!(only(&figures(&world).first_response.calendar), 3);
}

#[test]
fn each_question_has_its_answer() {
    let world = World::standard();
    let case = world.open();
    world.replies(case);
    world.pass(hours(1));
    world.asks(case);
    world.pass(hours(1));
    world.asks(case); // the same wait goes on
    world.pass(hours(3));
    world.replies(case);
    world.thanks(case);
    let figures = figures(&world);
    assert_eq!(only(&figures.next_response.calendar), 4);
    assert_eq!(figures.next_response.open.n(), 0);
}

#[test]
fn waits_are_told_apart_and_business_hours_counted_as_they_were_then() {
    let world = World::standard(); // Monday 09:00
    let case = world.open();
    world.pass(hours(2));
    moved(&world, case, "on_hold"); // 11:00
    world.pass(hours(4));
    moved(&world, case, "waiting_on_customer"); // 15:00
    world.pass(hours(24));
    moved(&world, case, "open"); // Tuesday 15:00
    world.pass(hours(1));
    solved(&world, case);
    let from_noon = BusinessHours::weekdays("UTC", "12:00", "24:00").unwrap();
    let lens = Lens::default()
        .with_hours(BusinessHours::weekdays("UTC", "09:00", "17:00").unwrap())
        .with_hours_since(crate::case::world::monday() + days(1), from_noon);
    let figures = figures_by(&world, lens);
    assert_eq!(only(&figures.requester_wait.calendar), 7);
    assert_eq!(only(&figures.agent_wait.calendar), 24);
    assert_eq!(only(&figures.on_hold.calendar), 4);
    assert_eq!(only(&figures.full_resolution.calendar), 31);
    // 15:00 to 17:00 under the old hours, 12:00 to 15:00 under the new.
    assert_eq!(only(&figures.agent_wait.business), 5);
    assert_eq!(only(&figures.requester_wait.business), 7);
    assert_eq!(only(&figures.full_resolution.business), 12);
}

#[test]
fn first_and_full_resolution_differ_after_a_reopening() {
    let world = World::standard();
    let case = world.open();
    world.pass(hours(5));
    solved(&world, case);
    world.pass(hours(1));
    world.asks(case);
    world.pass(hours(2));
    solved(&world, case);
    let figures = figures(&world);
    assert_eq!(only(&figures.first_resolution.calendar), 5);
    assert_eq!(only(&figures.full_resolution.calendar), 8);
    assert_eq!(
        (
            figures.reopened.successes(),
            figures.reopened.of(),
            figures.reopens
        ),
        (1, 1, 1)
    );
    assert_eq!(figures.solved, 1, "a reopened case is one case");
}

#[test]
fn one_whose_window_is_open_is_pending() {
    let world = World::standard();
    let case = world.open();
    world.replies(case);
    solved(&world, case);
    world.pass(days(6));
    assert_eq!(figures(&world).first_contact.of(), 0);
    assert_eq!(figures(&world).first_contact_pending, 1);
    world.pass(days(1));
    let figures = figures(&world);
    assert_eq!(
        (
            figures.first_contact.successes(),
            figures.first_contact.of()
        ),
        (1, 1)
    );
}

#[test]
fn coming_back_with_the_same_issue_over_another_channel_and_record_is_no_first_contact_resolution()
{
    let world = World::standard();
    let about = |case, topic: &Code| ClassifyCase {
        case,
        topic: Some(topic.clone()),
        product: None,
        contract: None,
        basis: Basis::Origin,
    };
    let (water, bill) = (code!("no_water"), code!("bill"));
    let first = world.open();
    world.run(about(first, &water));
    solved(&world, first);
    world.pass(days(1));
    let again = world.register("grace@example.org");
    let second = world.run(OpenCase::new(again, Channel::Phone, "?"));
    world.run(about(second, &bill));
    world.run(MergeCustomers {
        survivor: world.customer,
        merged: again,
    });
    world.pass(days(10));
    let measured = figures(&world);
    assert_eq!(measured.first_contact.successes(), 1, "another issue");
    assert_eq!(
        measured.repeat_contact.successes(),
        1,
        "but another contact"
    );
    world.run(about(second, &water));
    assert_eq!(figures(&world).first_contact.successes(), 0);
}

#[test]
fn spam_is_left_out_by_reason_and_a_merged_case_counts_once() {
    let world = World::standard();
    let [kept, spam, double] = [world.open(), world.open(), world.open()];
    world.run(CallOffCase {
        case: spam,
        reason: code!("spam"),
    });
    world.run(MergeCases {
        survivor: kept,
        merged: double,
    });
    let figures = figures(&world);
    assert_eq!(figures.opened, 1);
    let excluded: Vec<_> = figures.excluded.into_iter().collect();
    assert_eq!(excluded, [(code!("merged"), 1), (code!("spam"), 1)]);
}

#[test]
fn open_cases_are_the_backlog_and_push_quantiles_up() {
    let world = World::standard();
    let quick = world.open();
    for _ in 0..2 {
        world.open();
    }
    world.pass(hours(1));
    solved(&world, quick);
    world.pass(hours(9));
    let figures = figures(&world);
    assert_eq!(figures.backlog.n(), 2);
    assert_eq!(figures.backlog.most(), Some(10 * 3_600_000));
    let median = BasisPoints::from_percent(50);
    assert_eq!(
        figures.first_resolution.calendar.quantile(median),
        Some(3_600_000)
    );
    assert_eq!(
        figures.first_resolution.quantile(median),
        None,
        "two of three are open"
    );
}

#[test]
fn the_backlog_of_a_period_is_what_was_open_at_its_end_whenever_it_was_opened() {
    let world = World::standard(); // Monday, January 5
    let old = world.open();
    world.open();
    world.pass(days(27)); // February 1
    world.open();
    world.pass(days(2));
    solved(&world, old); // February 3
    world.pass(days(37)); // March 12
    let measured = measured(&world, Lens::default());
    let cells = measured.figures(world.now()).unwrap();
    let month = |from: &str, to: &str| {
        let days = Days::try_new(from.parse().unwrap(), to.parse().unwrap()).unwrap();
        Report::of(&cells, Slot::Month, days, &Place::default()).unwrap()
    };
    let february = month("2026-02-01", "2026-03-01");
    assert_eq!(february.figures.backlog.n(), 2);
    assert_eq!(february.before.backlog.n(), 2, "as it was then");
    let january = february.before.backlog.most();
    assert_eq!(january, Some(27 * 24 * 3_600_000 - 9 * 3_600_000));
    // One under way counts what is open now, however old, and ages go on until now.
    let march = month("2026-03-01", "2026-04-01");
    assert_eq!((march.figures.opened, march.figures.backlog.n()), (0, 2));
    assert_eq!(march.figures.backlog.most(), Some(66 * 24 * 3_600_000));
    // What is open in two periods is one case.
    let quarter = month("2026-01-01", "2026-04-01");
    assert_eq!(quarter.figures.backlog, march.figures.backlog);
    assert_eq!(quarter.trend.len(), 3);
}

#[test]
fn an_empty_backlog_is_told_from_one_of_which_nothing_is_known() {
    let world = World::standard();
    let case = world.open();
    solved(&world, case);
    world.pass(days(1));
    world.asks(case); // reopened in January
    world.pass(days(40));
    solved(&world, case); // solved again in February, and first in January
    let cells = measured(&world, Lens::default())
        .figures(world.now())
        .unwrap();
    let [from, to] = ["2026-01-01", "2026-03-01"].map(|day| day.parse().unwrap());
    let both = Days::try_new(from, to).unwrap();
    let report = Report::of(&cells, Slot::Month, both, &Place::default()).unwrap();
    assert_eq!(report.figures.backlog.n(), 0);
    assert_eq!(report.trend[0].1.backlog.n(), 1);
}

#[test]
fn every_entry_that_was_taken_counts_however_early_the_figures_are_asked_for() {
    let world = World::standard();
    let start = world.now();
    let case = world.open();
    world.pass(days(3));
    solved(&world, case);
    let figures_of = |measures: &Measures| {
        let cells = measures.figures(start + days(1)).unwrap();
        cells.into_values().next().unwrap()
    };
    let all = figures_of(&measured(&world, Lens::default()));
    assert_eq!((all.solved, all.backlog.n()), (1, 0));
    // As it stood on the second day: of the entries up to then.
    let mut early = Measures::new(Lens::default());
    let journal = world.journal();
    let until = |entry: &&std::sync::Arc<_>| {
        let entry: &aftercare::record::Entry = entry;
        entry.stamp.at <= start + days(1)
    };
    journal
        .iter()
        .filter(until)
        .for_each(|entry| early.take(entry));
    let early = figures_of(&early);
    assert_eq!((early.solved, early.backlog.n()), (0, 1));
}

#[test]
fn promises_are_counted_by_what_they_are_about() {
    let reply = within(code!("reply"), Metric::FirstResponse, hours(4));
    let world = World::new(promising([policy(code!("usual"), [reply])]));
    let [quick, slow] = [world.open(), world.open()];
    world.pass(hours(1));
    world.replies(quick);
    world.pass(hours(9));
    world.wake();
    world.replies(slow);
    let figures = figures(&world);
    let kept = figures.sla.get(&Metric::FirstResponse).unwrap();
    assert_eq!((kept.successes(), kept.of()), (1, 2));
}

#[test]
fn handling_is_talking_and_holding_by_people() {
    let world = World::standard();
    let call = || world.run(StartContact::from_customer(world.customer, Channel::Phone));
    let minutes = TimeDelta::minutes;
    let [first, test] = [call(), call()];
    world.run(MarkInteraction {
        interaction: test,
        mark: Some(Mark::Test),
    });
    world.pass(TimeDelta::seconds(20)); // exactly the threshold is within it
    world.run(AnswerContact::new(first));
    world.pass(minutes(2));
    world.run(HoldContact { interaction: first });
    world.pass(minutes(1));
    world.run(ResumeContact { interaction: first });
    world.pass(minutes(3));
    world.run(EndContact::new(first));
    let figures = figures(&world);
    assert_eq!(figures.handle_time.sum(), 6 * 60_000);
    assert_eq!(
        (
            figures.service_level.answered,
            figures.service_level.answered_within
        ),
        (1, 1)
    );
    assert_eq!(figures.excluded.get(&code!("test")), Some(&1));
}

#[test]
fn teams_and_bounces_are_counted() {
    let world = World::standard();
    let case = world.run(OpenCase::bare(world.customer).with_team(code!("a")));
    for to in [code!("b"), code!("a")] {
        world.run(TransferCase {
            case,
            to,
            packet: Default::default(),
        });
    }
    let by_team = Lens {
        by: vec![Dimension::Team],
        slot: Slot::Day,
        ..Lens::default()
    };
    let cells = measured(&world, by_team).figures(world.now()).unwrap();
    let (place, figures) = cells.into_iter().next().unwrap();
    assert_eq!(place.0.to_string(), "2026-01-05");
    assert_eq!(place.1.team, Some(code!("a")));
    assert_eq!(
        (
            figures.transfers.sum(),
            figures.teams.sum(),
            figures.bounces
        ),
        (2, 2, 1)
    );
}

#[test]
fn measures_taken_in_different_ways_are_not_put_together() {
    let weekly = Lens {
        slot: Slot::Week,
        ..Lens::default()
    };
    let mut measures = Measures::new(Lens::default());
    let refusal = measures.merge(Measures::new(weekly)).unwrap_err();
    assert_eq!(refusal, Refusal::OtherLens);
    assert_eq!(refusal.code(), "measures.other_lens");
}

#[test]
fn the_question_that_reopens_a_case_waits_for_its_answer() {
    let world = World::standard();
    let case = world.open();
    world.pass(hours(1));
    world.replies(case);
    solved(&world, case);
    world.pass(hours(1));
    world.asks(case);
    world.pass(hours(72));
    let waiting = figures(&world).next_response;
    assert_eq!((waiting.calendar.n(), waiting.open.n()), (0, 1));
    world.replies(case);
    let answered = figures(&world).next_response;
    assert_eq!(only(&answered.calendar), 72);
    assert_eq!(answered.open.n(), 0);
}

#[test]
fn what_was_asked_before_the_solution_and_told_after_it_waits_for_nobody() {
    let world = World::standard();
    let case = world.open();
    world.replies(case);
    world.pass(hours(1));
    let mail = RecordMessage::from_customer(world.customer, Channel::Email, "And?");
    let interaction = world.run(mail);
    world.pass(hours(1));
    solved(&world, case);
    world.pass(hours(1));
    world.run(aftercare::interaction::JoinCase { interaction, case });
    world.pass(hours(1));
    moved(&world, case, "open");
    world.replies(case);
    let figures = figures(&world).next_response;
    assert_eq!((figures.calendar.n(), figures.open.n()), (0, 0));
}
