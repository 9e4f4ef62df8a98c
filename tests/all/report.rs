//! The report for people, from a desk's own measures to the page.

#![allow(clippy::float_arithmetic, reason = "statistics")]

use std::collections::BTreeMap;

use aftercare::code;
use aftercare::kernel::{Code, Language};
use aftercare::measures::{Days, Figures, Lens, Measures, Place, Report, Slot};
use aftercare::report::Page;
use aftercare::satisfaction::{Instrument, Scale, Verdict};
use aftercare::sla::Metric;
use chrono::NaiveDate;

use crate::case::world::{World, days, hours, policy, promising, within};

type Cells = BTreeMap<(NaiveDate, Place), Figures>;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn january() -> Days {
    Days::try_new(day("2026-01-01"), day("2026-02-01")).unwrap()
}

/// What customers said in a month, by topic: so many fives and ones.
fn said(cells: &mut Cells, month: &str, topic: &str, good: usize, bad: usize) {
    let place = Place {
        topic: Code::try_new(topic).ok(),
        ..Place::default()
    };
    let figures = cells.entry((day(month), place)).or_default();
    let instrument = Instrument::new(code!("after_case"), Scale::CsatFive);
    for score in [vec![5; good], vec![1; bad]].concat() {
        figures.add_score(&instrument, score).unwrap();
    }
}

fn two_months() -> Cells {
    let mut cells = Cells::new();
    said(&mut cells, "2025-12-01", "bill", 80, 20);
    said(&mut cells, "2025-12-01", "<b>delivery</b>", 80, 20);
    said(&mut cells, "2026-01-01", "bill", 82, 18);
    said(&mut cells, "2026-01-01", "<b>delivery</b>", 30, 70);
    cells
}

#[test]
fn a_report_sets_a_period_beside_the_one_before() {
    let report = Report::of(&two_months(), Slot::Month, january(), &Place::default()).unwrap();
    let voice = &report.voices[0];
    assert_eq!((voice.scores.n(), report.before.scores.len()), (200, 1));
    assert_eq!(voice.change.verdict, Verdict::Fell);
    let (_, drivers) = &voice.drivers[0];
    assert_eq!(drivers[0].word, Code::try_new("<b>delivery</b>").ok());
    assert!(drivers[0].is_problem() && !drivers[1].is_problem());
    let (_, shifts) = &voice.shifts[0];
    let sum: f64 = shifts.iter().map(|shift| shift.mix + shift.rate).sum();
    assert!((sum - voice.change.difference.unwrap()).abs() < 1e-12);

    let json = serde_json::to_string(&report).unwrap();
    let back = serde_json::from_str::<Report>(&json).unwrap();
    assert_eq!(
        (back.figures, back.before, back.trend),
        (report.figures, report.before, report.trend)
    );
}

#[test]
fn a_slice_is_reported_by_itself() {
    let slice = Place {
        topic: Some(code!("bill")),
        ..Place::default()
    };
    let report = Report::of(&two_months(), Slot::Month, january(), &slice).unwrap();
    assert_eq!(report.voices[0].scores.n(), 100);
    let same = report.voices[0].change.verdict;
    assert!(matches!(same, Verdict::NoDetectableChange { .. }));
}

#[test]
fn a_reversed_period_is_refused() {
    let (from, to) = (day("2026-02-01"), day("2026-01-01"));
    let refusal = Days::try_new(from, to).unwrap_err();
    assert_eq!(refusal.code(), "measures.reversed_period");
    let days = Days { from, to };
    assert!(Report::of(&Cells::new(), Slot::Month, days, &Place::default()).is_err());
}

#[test]
fn a_report_covers_whole_slots() {
    let report = |slot, from, to| {
        let days = Days::try_new(day(from), day(to)).unwrap();
        let report = Report::of(&Cells::new(), slot, days, &Place::default());
        report.map(|_| ()).map_err(|refusal| refusal.code())
    };
    let part = Err("measures.part_of_slot");
    assert_eq!(report(Slot::Month, "2026-01-01", "2026-03-01"), Ok(()));
    assert_eq!(report(Slot::Month, "2026-01-02", "2026-03-01"), part);
    assert_eq!(report(Slot::Month, "2026-01-01", "2026-02-28"), part);
    assert_eq!(report(Slot::Week, "2026-01-05", "2026-01-12"), Ok(()));
    assert_eq!(report(Slot::Week, "2026-01-01", "2026-01-12"), part);
    assert_eq!(report(Slot::Day, "2026-01-02", "2026-01-03"), Ok(()));
}

#[test]
fn a_month_is_compared_with_the_month_before_and_a_week_with_the_week_before() {
    let before = |from: &str, to: &str| {
        let days = Days::try_new(day(from), day(to)).unwrap().before();
        (days.from.to_string(), days.to.to_string())
    };
    let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
    let cases = [
        (("2026-02-01", "2026-03-01"), ("2026-01-01", "2026-02-01")),
        (("2026-04-01", "2026-05-01"), ("2026-03-01", "2026-04-01")),
        (("2026-01-01", "2026-04-01"), ("2025-10-01", "2026-01-01")),
        (("2026-03-09", "2026-03-16"), ("2026-03-02", "2026-03-09")),
    ];
    for ((from, to), (then, until)) in cases {
        assert_eq!(before(from, to), pair(then, until));
    }
}

/// How often a text occurs.
fn count(html: &str, text: &str) -> usize {
    html.matches(text).count()
}

#[test]
fn the_page_stands_alone_and_can_be_heard() {
    let report = Report::of(&two_months(), Slot::Month, january(), &Place::default()).unwrap();
    for (language, tag) in [(Language::ENGLISH, "en"), (Language::TURKISH, "tr")] {
        let html = Page::new(&report, language).with_title("A & B").html();
        assert!(html.contains(&format!("<html lang=\"{tag}\">")));
        for outside in ["http", "<script", "<link", "<img", "url("] {
            assert_eq!(count(&html, outside), 0, "{outside}");
        }
        assert_eq!(count(&html, "<svg"), count(&html, "role=\"img\""));
        assert!(count(&html, "<svg") <= count(&html, "<title>"));
        assert_eq!(count(&html, "<table "), count(&html, "<caption>"));
        assert_eq!(count(&html, "<th "), count(&html, "<th scope="));
        assert_eq!(count(&html, "<tr "), count(&html, "</tr>"));
        // Words of the business are words, not markup.
        assert!(html.contains("&lt;b&gt;delivery&lt;/b&gt;") && !html.contains("<b>"));
        assert!(html.contains("A &amp; B"));
    }
}

#[test]
fn the_tables_are_files_with_plain_numbers() {
    let both = Days::try_new(day("2025-12-01"), day("2026-02-01")).unwrap();
    let report = Report::of(&two_months(), Slot::Month, both, &Place::default()).unwrap();
    let files = Page::new(&report, Language::TURKISH).csv();
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["scores", "answers", "trend", "drivers_topic"]);
    let (_, trend) = &files[2];
    let line = "after_case,csat 1-5,1,2026-01-01,200,0.56,0.49";
    assert!(trend.contains(line), "{trend}");
}

#[test]
fn no_two_files_have_one_name_and_every_line_says_what_was_asked() {
    let mut cells = two_months();
    for (month, promoters) in [("2025-12-01", 40), ("2026-01-01", 50)] {
        for topic in ["bill", "<b>delivery</b>"] {
            let topic = Code::try_new(topic).ok();
            let place = Place {
                topic,
                ..Place::default()
            };
            let figures = cells.get_mut(&(day(month), place)).unwrap();
            for wording in [1, 2] {
                let mut nps = Instrument::new(code!("recommend"), Scale::Nps);
                nps.wording = wording;
                for score in [vec![10; promoters], vec![3; 10]].concat() {
                    figures.add_score(&nps, score).unwrap();
                }
            }
        }
    }
    let report = Report::of(&cells, Slot::Month, january(), &Place::default()).unwrap();
    assert_eq!(report.voices.len(), 3);
    for language in [Language::ENGLISH, Language::TURKISH] {
        let files = Page::new(&report, language).csv();
        let mut names: Vec<&String> = files.iter().map(|(name, _)| name).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "{names:?}");
        let files: BTreeMap<_, _> = files.into_iter().collect();
        for name in ["scores", "answers", "drivers_topic", "shifts_topic"] {
            let lines: Vec<&str> = files[name].lines().collect();
            for asked in [
                "after_case,csat 1-5,1,",
                "recommend,nps 0-10,1,",
                "recommend,nps 0-10,2,",
            ] {
                assert!(lines.iter().any(|line| line.starts_with(asked)), "{name}");
            }
            let mut columns: Vec<&str> = lines[0].split(',').collect();
            let width = columns.len();
            columns.sort_unstable();
            columns.dedup();
            assert_eq!(columns.len(), width, "columns of one name: {}", lines[0]);
            let numbers = lines[1..].iter().flat_map(|line| line.split(','));
            assert!(!numbers.into_iter().any(|number| number == "-0"), "{name}");
        }
        // A column holds one kind of thing: shares are shares, and what is withheld is empty.
        let shares = files["answers"].lines().skip(1);
        for line in shares {
            let share: f64 = line.rsplit(',').next().unwrap().parse().unwrap();
            assert!((0.0..=1.0).contains(&share), "{line}");
        }
    }
}

#[test]
fn a_rank_that_is_withheld_is_an_empty_field() {
    let mut cells = two_months();
    said(&mut cells, "2026-01-01", "noise", 3, 2);
    let report = Report::of(&cells, Slot::Month, january(), &Place::default()).unwrap();
    let page = Page::new(&report, Language::ENGLISH);
    let files: BTreeMap<_, _> = page.csv().into_iter().collect();
    let mut lines = files["drivers_topic"].lines();
    let noise = lines.find(|line| line.contains(",noise,")).unwrap();
    assert!(noise.contains(",noise,,5,"), "{noise}");
    assert!(page.html().contains("too few answers"));
}

#[test]
fn a_page_is_turkish_whatever_the_region_and_script() {
    let report = Report::of(&two_months(), Slot::Month, january(), &Place::default()).unwrap();
    for tag in ["tr", "tr-TR", "tr-Latn", "tr-Latn-CY"] {
        let html = Page::new(&report, tag.parse().unwrap()).html();
        assert!(html.contains("Müşteri hizmetleri raporu"), "{tag}");
    }
    let html = Page::new(&report, "en-GB".parse().unwrap()).html();
    assert!(html.contains("Customer care report"));
}

#[test]
fn words_of_the_library_are_translated_and_words_of_the_business_are_not() {
    let mut cells = Cells::new();
    for (channel, good) in [("technician_visit", 30), ("phone", 20)] {
        let place = Place {
            topic: Some(code!("phone")),
            channel: Code::try_new(channel).ok(),
            ..Place::default()
        };
        let figures = cells.entry((day("2026-01-01"), place)).or_default();
        let instrument = Instrument::new(code!("after_case"), Scale::CsatFive);
        for score in [vec![5; good], vec![1; 10]].concat() {
            figures.add_score(&instrument, score).unwrap();
        }
        figures.asking.skipped.insert(code!("no_human_touch"), 3);
        figures.asking.skipped.insert(code!("holiday"), 1);
    }
    let slice = Place {
        topic: Some(code!("phone")),
        ..Place::default()
    };
    let report = Report::of(&cells, Slot::Month, january(), &slice).unwrap();
    let page = Page::new(&report, Language::TURKISH).with_label(code!("holiday"), "bayram");
    let html = page.html();
    for text in [
        "teknisyen ziyareti",
        "telefon",
        "kimsenin ilgilenmediği",
        "bayram",
        "konu: phone",
    ] {
        assert!(html.contains(text), "{text} is missing");
    }
    for text in ["technician_visit", "no_human_touch"] {
        assert!(!html.contains(text), "{text}");
    }
}

#[test]
fn a_change_of_a_share_is_told_in_percentage_points() {
    let report = Report::of(&two_months(), Slot::Month, january(), &Place::default()).unwrap();
    let html = Page::new(&report, Language::ENGLISH).html();
    assert!(html.contains("Change: fell (\u{2212}24.0 pp; 95% interval:"));
    let html = Page::new(&report, Language::TURKISH).html();
    assert!(html.contains("Değişim: düştü (\u{2212}24,0 puan;"));
}

#[test]
fn a_report_of_nothing_says_so() {
    let report = Report::of(&Cells::new(), Slot::Month, january(), &Place::default()).unwrap();
    let html = Page::new(&report, Language::ENGLISH).html();
    assert!(html.contains("nothing to report"));
    let html = Page::new(&report, Language::TURKISH).html();
    assert!(html.contains("bildirilecek bir şey yok"));
    assert!(Page::new(&report, Language::ENGLISH).csv().is_empty());
}

#[test]
fn a_page_comes_from_a_desk_s_own_journal() {
    let reply = within(code!("reply"), Metric::FirstResponse, hours(4));
    let world = World::new(promising([policy(code!("usual"), [reply])]));
    let case = world.open();
    world.pass(hours(2));
    world.replies(case);
    world.run(aftercare::case::MoveCase {
        case,
        to: code!("solved"),
    });
    world.pass(days(8));
    let mut measures = Measures::new(Lens::default());
    world
        .journal()
        .iter()
        .for_each(|entry| measures.take(entry));
    let cells = measures.figures(world.now()).unwrap();
    let report = Report::of(&cells, Slot::Month, january(), &Place::default()).unwrap();
    let html = Page::new(&report, Language::ENGLISH).html();
    for text in [
        "First response",
        "2 h 0 min",
        "First-contact resolution",
        "Promises about time",
        "First response \u{2013} How long it took",
    ] {
        assert!(html.contains(text), "{text} is missing");
    }
}

#[test]
fn promises_and_durations_stand_on_the_page_and_in_files_in_both_languages() {
    let reply = within(code!("reply"), Metric::FirstResponse, hours(4));
    let world = World::new(promising([policy(code!("usual"), [reply])]));
    for wait in [1, 2, 6] {
        let case = world.open();
        world.pass(hours(wait));
        world.replies(case);
        let to = code!("solved");
        world.run(aftercare::case::MoveCase { case, to });
    }
    let mut measures = Measures::new(Lens::default());
    let journal = world.journal();
    journal.iter().for_each(|entry| measures.take(entry));
    let cells = measures.figures(world.now()).unwrap();
    let report = Report::of(&cells, Slot::Month, january(), &Place::default()).unwrap();
    let page = Page::new(&report, Language::TURKISH);
    let files: BTreeMap<_, _> = page.csv().into_iter().collect();
    let lines: Vec<&str> = files["promises"].lines().collect();
    assert!(lines[1].starts_with("İlk yanıt,3,2,0.666"), "{lines:?}");
    let lines: Vec<&str> = files["durations"].lines().collect();
    assert_eq!(lines[0], "Ne kadar sürdü,İlk yanıt,İlk çözüm");
    assert_eq!(lines[1..4], ["≤ 1 sa,1,1", "≤ 4 sa,1,1", "≤ 8 sa,1,1"]);
    let html = page.html();
    for text in [
        "Süre taahhütleri (SLA)",
        "İlk yanıt \u{2013} Ne kadar sürdü",
        "≤ 4 sa",
    ] {
        assert!(html.contains(text), "{text} is missing");
    }
}

#[test]
fn surveys_visits_claims_and_points_are_reported() {
    let mut cells = two_months();
    let place = Place::default();
    let figures = cells.entry((day("2026-01-01"), place)).or_default();
    figures.response.delivered = 10;
    figures.response.answered = 4;
    figures.asking.skipped.insert(code!("throttled"), 3);
    figures.upkeep.first_time_fix.count(true);
    figures.claims.approved.count(false);
    figures.claims.denied.insert(code!("misuse"), 1);
    figures.points.earned = 1_250;
    let report = Report::of(&cells, Slot::Month, january(), &Place::default()).unwrap();
    let html = Page::new(&report, Language::ENGLISH).html();
    for text in [
        "Survey response rate",
        "40.0%",
        "Not asked, and why",
        "throttled",
        "First-time fix",
        "Warranty claims approved",
        "misuse",
        "Loyalty points",
        "1,250",
    ] {
        assert!(html.contains(text), "{text} is missing");
    }
}

#[test]
fn a_wide_table_is_read_on_a_telephone_without_its_head() {
    let report = Report::of(&two_months(), Slot::Month, january(), &Place::default()).unwrap();
    let html = Page::new(&report, Language::TURKISH).html();
    assert!(html.contains("class=\"scroll wide\""));
    assert!(html.contains("data-column=\"Ortalama\">3,24<"));
    // The rows are still those of a table for whoever hears them.
    assert_eq!(count(&html, "<tr "), count(&html, "role=\"row\""));
    assert_eq!(count(&html, "<td "), count(&html, "role=\"cell\""));
}

#[test]
fn days_are_written_as_the_language_writes_them_and_in_files_as_everybody_reads_them() {
    let both = Days::try_new(day("2025-12-01"), day("2026-02-01")).unwrap();
    let report = Report::of(&two_months(), Slot::Month, both, &Place::default()).unwrap();
    let page = Page::new(&report, Language::TURKISH);
    assert!(page.html().contains("01.12.2025 \u{2013} 31.01.2026"));
    let files: BTreeMap<_, _> = page.csv().into_iter().collect();
    assert!(files["trend"].contains(",2026-01-01,"));
}

#[test]
fn no_mean_of_scores_stands_alone() {
    let report = Report::of(&two_months(), Slot::Month, january(), &Place::default()).unwrap();
    let files: BTreeMap<_, _> = Page::new(&report, Language::ENGLISH)
        .csv()
        .into_iter()
        .collect();
    let mut lines = files["scores"].lines();
    assert!(lines.next().unwrap().contains(",Mean,p50,p90,"));
    assert!(lines.next().unwrap().contains(",200,3.24,5,5,0.56,"));
}

#[test]
fn calls_hand_overs_and_what_comes_back_of_what_was_sold_are_reported() {
    let mut cells = Cells::new();
    let boiler = || Place::default().with_product(code!("KB-24"));
    let figures = cells.entry((day("2025-11-01"), boiler())).or_default();
    figures.delivered.insert(day("2025-11-01"), 50);
    let figures = cells.entry((day("2026-01-01"), boiler())).or_default();
    figures.sold = 40;
    figures.opened = 4;
    figures.transfers.add(2);
    figures.transfers.add(0);
    figures.teams.add(3);
    figures.repeat_asks = 7;
    figures.service_level.answered = 8;
    figures.service_level.answered_within = 6;
    figures.service_level.abandoned = 2;
    figures.claims.by_age.insert((day("2025-11-01"), 0), 3);
    figures.points.active_members = 5;

    let report = Report::of(&cells, Slot::Month, january(), &boiler()).unwrap();
    // What was delivered in November was through with its first month, though the report is of January.
    assert_eq!(report.claim_rates[0].per_hundred(), Some(6.0));
    let page = Page::new(&report, Language::ENGLISH);
    let files: BTreeMap<_, _> = page.csv().into_iter().collect();
    for (file, line) in [
        ("service_level", "Only what was answered counts,8,6,0.75,"),
        ("service_level", "Given up counts as missed,10,6,0.6,"),
        ("handling", "Hand-overs from team to team,2,2,1,0,2"),
        ("handling", "Asked for what was on file,4,7,,,"),
        ("per_units", "\"Cases, of units sold\",4,40,10,"),
        ("per_units", "\"Claims, month of service 1\",3,50,6,"),
    ] {
        assert!(files[file].contains(line), "{file}: {}", files[file]);
    }
    assert!(page.html().contains("Active members<"));

    // Over several months a member is counted in each, and the page says so.
    let figures = cells.entry((day("2025-12-01"), boiler())).or_default();
    figures.points.active_members = 5;
    let both = Days::try_new(day("2025-12-01"), day("2026-02-01")).unwrap();
    let report = Report::of(&cells, Slot::Month, both, &boiler()).unwrap();
    let html = Page::new(&report, Language::TURKISH).html();
    assert!(html.contains("Aktif üye, adımların toplamı"));
}
