//! What holds for any journal, however it is cut.

use aftercare::calendar::BusinessHours;
use aftercare::measures::{Days, Figures, Lens, Measures, Place, Report, Slot};
use aftercare::record::Entry;
use chrono::TimeDelta;
use proptest::prelude::*;

use crate::case::laws::{act, company};
use crate::case::world::{World, days};

fn lens() -> Lens {
    let nine_to_five = BusinessHours::weekdays("UTC", "09:00", "17:00").unwrap();
    let late = BusinessHours::weekdays("UTC", "12:00", "20:00").unwrap();
    let since = crate::case::world::monday() + days(3);
    Lens::default()
        .with_hours(nine_to_five)
        .with_hours_since(since, late)
}

fn measure<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Measures {
    let mut measures = Measures::new(lens());
    entries.into_iter().for_each(|entry| measures.take(entry));
    measures
}

/// All cells together.
fn whole(measures: &Measures, world: &World) -> Figures {
    let mut whole = Figures::default();
    let cells = measures.figures(world.now()).unwrap();
    cells.values().for_each(|figures| whole.merge(figures));
    whole
}

/// How many cases are open in the end, over all periods.
fn open_at_the_end(measures: &Measures, world: &World) -> u64 {
    let cells = measures.figures(world.now()).unwrap();
    let [from, to] = ["2025-12-01", "2100-01-01"].map(|day| day.parse().unwrap());
    let always = Days::try_new(from, to).unwrap();
    let report = Report::of(&cells, Slot::Month, always, &Place::default()).unwrap();
    report.figures.backlog.n()
}

type Acts = Vec<(u8, prop::sample::Index, u16)>;

fn acts() -> impl Strategy<Value = Acts> {
    prop::collection::vec(
        (0_u8..24, any::<prop::sample::Index>(), 0_u16..3_000),
        1..40,
    )
}

fn lived(acts: Acts) -> World {
    let world = World::new(company());
    world.open();
    acts.into_iter().for_each(|step| act(&world, step));
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Each entry goes to any of five pieces, and the pieces are merged in any order, some of them stored in between.
    #[test]
    fn the_parts_of_a_journal_make_up_the_whole(
        acts in acts(),
        cut in prop::collection::vec(0_usize..5, 400),
        order in Just([0, 1, 2, 3, 4]).prop_shuffle(),
    ) {
        let world = lived(acts);
        let journal = world.journal();
        let at_once = measure(journal.iter().map(|entry| &**entry));
        let piece = |n: usize| {
            let own = journal.iter().zip(cut.iter().cycle()).filter(|(_, to)| **to == n);
            measure(own.map(|(entry, _)| &**entry))
        };
        let mut merged = Measures::new(lens());
        for n in order {
            let json = serde_json::to_string(&piece(n)).unwrap();
            merged.merge(serde_json::from_str(&json).unwrap()).unwrap();
        }
        prop_assert_eq!(merged.figures(world.now()).unwrap(), at_once.figures(world.now()).unwrap());
    }

    /// Letting go of what is over changes no figure, however often it is done.
    #[test]
    fn what_is_settled_counts_as_before(acts in acts(), often in 1_usize..6) {
        let world = lived(acts);
        world.pass(days(60));
        world.wake();
        let journal = world.journal();
        let at_once = measure(journal.iter().map(|entry| &**entry));
        let mut settled = Measures::new(lens());
        for (n, entry) in journal.iter().enumerate() {
            settled.take(entry);
            let is_last_of_its_instant =
                journal.get(n + 1).is_none_or(|next| next.stamp.at > entry.stamp.at);
            if n % often == 0 && is_last_of_its_instant {
                settled.settle(entry.stamp.at + TimeDelta::milliseconds(1)).unwrap();
            }
        }
        prop_assert_eq!(settled.figures(world.now()).unwrap(), at_once.figures(world.now()).unwrap());
        settled.settle(world.now() + days(60)).unwrap();
        let json = serde_json::to_string(&settled).unwrap();
        prop_assert_eq!(serde_json::from_str::<Measures>(&json).unwrap(), settled);
    }

    /// The counts are those of the cases as they are stored.
    #[test]
    fn counts_agree_with_what_is_stored(acts in acts()) {
        let world = lived(acts);
        let journal = world.journal();
        let figures = whole(&measure(journal.iter().map(|entry| &**entry)), &world);
        let counted: Vec<_> = world
            .cases()
            .into_iter()
            .filter(|case| case.merged_into.is_none() && case.called_off.is_none())
            .collect();
        let sum = |of: &dyn Fn(&aftercare::case::Case) -> u64| counted.iter().map(|case| of(case)).sum::<u64>();
        prop_assert_eq!(figures.opened, counted.len() as u64);
        prop_assert_eq!(figures.solved, sum(&|case| u64::from(case.first_solved_at.is_some())));
        prop_assert_eq!(open_at_the_end(&measure(journal.iter().map(|entry| &**entry)), &world), sum(&|case| u64::from(!case.is_done())));
        prop_assert_eq!(figures.transfers.sum(), u128::from(sum(&|case| case.route.transfers.into())));
        prop_assert_eq!(figures.bounces, sum(&|case| case.route.bounces.into()));
        prop_assert_eq!(figures.teams.sum(), u128::from(sum(&|case| case.route.teams.len() as u64)));
        prop_assert_eq!(figures.repeat_asks, sum(&|case| case.repeat_asks.into()));
        let excluded: u64 = figures.excluded.values().sum();
        prop_assert_eq!(excluded + figures.opened, world.cases().len() as u64);
        let resolving: u128 = counted
            .iter()
            .filter_map(|case| Some((case.first_solved_at? - case.opened_at).num_milliseconds()))
            .map(|ms| u128::try_from(ms).unwrap())
            .sum();
        prop_assert_eq!(figures.first_resolution.calendar.sum(), resolving);
        prop_assert_eq!(figures.first_contact.of() + figures.first_contact_pending, figures.solved);
    }

    #[test]
    fn waiting_is_never_longer_than_resolving_and_business_time_never_longer_than_time(acts in acts()) {
        let world = lived(acts);
        let figures = whole(&measure(world.journal().iter().map(|entry| &**entry)), &world);
        for of in [|spread: &aftercare::measures::Duration| spread.calendar.sum(), |spread: &aftercare::measures::Duration| spread.business.sum()] {
            prop_assert!(
                of(&figures.requester_wait) + of(&figures.agent_wait) <= of(&figures.full_resolution)
            );
            prop_assert!(of(&figures.on_hold) <= of(&figures.requester_wait));
        }
        for duration in [
            &figures.first_response,
            &figures.next_response,
            &figures.first_resolution,
            &figures.full_resolution,
            &figures.requester_wait,
            &figures.closing,
        ] {
            prop_assert_eq!(duration.calendar.n(), duration.business.n());
            prop_assert!(duration.business.sum() <= duration.calendar.sum());
        }
    }
}
