//! What a rulebook cannot mean, and which law holds where it has several.

use aftercare::code;
use aftercare::kernel::{BasisPoints, Code, Currency, Money};
use aftercare::order::{Milestone, PrepareShipment, TrackShipment};
use aftercare::prelude::{FindUnit, PlaceOrder, Reaction, RecordUnit, RegisterCustomer};
use aftercare::warranty::{
    Benefit, Clause, GoodwillLimit, Item, Length, Offer, Regimes, Remedy, StartWarranty, Term,
    TermKind, Warranty, WarrantyPolicy,
};

use super::{Shop, lira, on, policy, regimes, spec};
use crate::order::{confirmed, item};

/// The problems of a policy: path and code.
fn problems(policy: &WarrantyPolicy) -> Vec<(String, String)> {
    let found = policy.problems(|_| true).into_iter();
    found.map(|it| (it.path, it.code.into_owned())).collect()
}

/// What is wrong once this was changed in a policy that is right.
fn after(change: impl FnOnce(&mut WarrantyPolicy)) -> Vec<(String, String)> {
    let mut policy = policy();
    assert_eq!(problems(&policy), []);
    change(&mut policy);
    problems(&policy)
}

fn one(path: &str, code: &str) -> Vec<(String, String)> {
    vec![(path.to_owned(), code.to_owned())]
}

#[test]
fn a_later_law_neither_begins_nor_ends_before_the_one_that_it_takes_over_from() {
    let turkish = |change: fn(&mut Regimes)| {
        after(|policy| {
            policy
                .regimes
                .0
                .retain(|it| it.name == code!("tr.consumer"));
            change(&mut policy.regimes);
        })
    };
    assert_eq!(turkish(|_| {}), []);
    // A correction of the older law, for its own time.
    let corrected = |regimes: &mut Regimes| {
        let mut first = regimes.0[0].clone();
        first.revision = 3;
        regimes.0.push(first);
    };
    assert_eq!(turkish(corrected), []);
    let overlaps = one("regimes[2].sold_from", "warranty.regimes_overlap");
    let too_long = |regimes: &mut Regimes| {
        let mut first = regimes.0[0].clone();
        first.revision = 3;
        first.sold_until = Some(on("2014-07-01"));
        regimes.0.push(first);
    };
    assert_eq!(turkish(too_long), overlaps, "it would hold for later sales");
    let gone = |regimes: &mut Regimes| {
        let mut third = regimes.0[1].clone();
        third.revision = 3;
        third.sold_from = on("2020-01-01");
        third.sold_until = Some(on("2020-12-31"));
        regimes.0.push(third);
    };
    assert_eq!(turkish(gone), overlaps, "the older one would come back");
}

#[test]
fn a_term_that_nothing_can_come_of_is_a_problem() {
    let supplier = Term::new(code!("parts"), TermKind::Supplier, Length::Years(1));
    let found = after(|policy| policy.terms.push(supplier));
    assert_eq!(found, one("terms[3]", "warranty.nobody_offers"));
    let advert = Term::new(code!("advert"), TermKind::Advertised, Length::Years(1));
    let found = after(|policy| policy.terms.push(advert));
    assert_eq!(found, one("terms[3]", "warranty.nobody_offers"));
    let found = after(|policy| policy.offers.push(Offer::always(code!("work"))));
    assert_eq!(found, one("offers[1].term", "warranty.wrong_kind"));
    let found = after(|policy| policy.work_term = Some(code!("extra")));
    assert_eq!(found, one("work_term", "warranty.wrong_kind"));
    let door = Clause::everything(code!("door")).of_component(code!("door"));
    let found = after(|policy| policy.terms[1].covers = vec![door]);
    assert_eq!(found, one("work_term", "warranty.names_components"));
    let found = after(|policy| {
        policy.offers[0].sold_from = Some(on("2026-02-01"));
        policy.offers[0].sold_until = Some(on("2026-01-31"));
    });
    assert_eq!(
        found,
        one("offers[0].sold_until", "warranty.never_in_force")
    );
}

#[test]
fn no_length_is_nothing_and_nothing_outlasts_its_term() {
    let with = |lasts| {
        let benefit = Benefit {
            share: BasisPoints::WHOLE,
            lasts: Some(lasts),
        };
        after(|policy| {
            let clause = policy.terms[0].covers[0].clone();
            policy.terms[0].covers[0] = clause.paying(Item::Labour, benefit);
        })
    };
    let path = "terms[0].covers[0].pays";
    assert_eq!(with(Length::Years(4)), [], "as long as the term");
    assert_eq!(
        with(Length::Months(49)),
        one(path, "warranty.outlasts_term")
    );
    assert_eq!(with(Length::Lifetime), one(path, "warranty.outlasts_term"));
    assert_eq!(with(Length::Days(0)), one(path, "warranty.lasts_no_time"));
    let found =
        after(|policy| policy.terms[0] = policy.terms[0].clone().up_to_usage(code!("h"), 0));
    assert_eq!(found, one("terms[0].usage[0].most", "warranty.no_use"));
    let found = after(|policy| policy.terms[0].extends.months_once = Some(0));
    assert_eq!(found, one("terms[0].extends", "warranty.extends_nothing"));
    let found = after(|policy| policy.regimes.0[1].used_goods_least = Some(Length::Years(0)));
    let path = "regimes[1].used_goods_least";
    assert_eq!(found, one(path, "warranty.lasts_no_time"));
}

#[test]
fn limits_name_each_currency_once_and_no_rule_approves_money() {
    let agent = |limits: Vec<Money>| {
        after(|policy| {
            policy.approval_limits.insert(code!("agent"), limits);
        })
    };
    assert_eq!(agent(vec![lira(5), Money::new(5, Currency::EUR)]), []);
    let path = "approval_limits.agent[1]";
    assert_eq!(
        agent(vec![lira(5), lira(6)]),
        one(path, "warranty.currency_twice")
    );
    let path = "approval_limits.agent[0]";
    assert_eq!(agent(vec![lira(-5)]), one(path, "warranty.negative"));
    let found = after(|policy| {
        let limit = GoodwillLimit {
            share: BasisPoints::from_percent(101),
            amounts: Vec::new(),
        };
        policy.goodwill_limits.insert(code!("agent"), limit);
    });
    assert_eq!(
        found,
        one("goodwill_limits.agent.share", "warranty.bad_share")
    );
    let found = after(|policy| {
        policy.approved_by_rule = [Remedy::Repair, Remedy::Refund].into();
    });
    assert_eq!(found, one("approved_by_rule", "warranty.not_by_rule"));
    let found = after(|policy| {
        let zones = &mut policy.regime_by_zone;
        zones.insert("Nowhere/Land".to_owned(), code!("tr.consumer"));
        zones.insert("UTC".to_owned(), code!("none"));
    });
    let expected = [
        one("regime_by_zone.Nowhere/Land", "warranty.unknown_zone"),
        one("regime_by_zone.UTC", "warranty.unknown_regime"),
    ];
    assert_eq!(found, expected.concat());
}

/// Sells to Türkiye, and to Germany under the law of the Union.
fn both() -> WarrantyPolicy {
    let germany = ("Europe/Berlin".to_owned(), code!("eu.consumer"));
    WarrantyPolicy {
        regime_by_zone: [germany].into(),
        regimes: regimes(),
        ..policy()
    }
}

fn law(shop: &Shop, unit: aftercare::kernel::UnitId) -> Option<Code> {
    let warranty = shop.world.get(Warranty::id_of(unit));
    warranty.regime.as_ref().map(|it| it.name.clone())
}

#[test]
fn the_law_is_that_of_the_place_where_the_customer_lives_unless_the_sale_names_one() {
    let shop = Shop::with(both());
    let world = &shop.world;
    let greta = RegisterCustomer::named("Greta Weber");
    let greta = world.run(RegisterCustomer {
        zone: Some("Europe/Berlin".parse().unwrap()),
        ..greta
    });
    let sold = |named: Option<Code>| {
        let unit = world.run(RecordUnit {
            owner: Some(greta),
            ..RecordUnit::new(code!("NF-500"))
        });
        let start = StartWarranty::of(unit).delivered_on(on("2026-03-02"));
        let start = StartWarranty {
            regime: named,
            ..start
        };
        world.run(start);
        law(&shop, unit)
    };
    assert_eq!(sold(None), Some(code!("eu.consumer")));
    assert_eq!(sold(Some(code!("tr.consumer"))), Some(code!("tr.consumer")));
    assert_eq!(
        law(&shop, shop.unit),
        Some(code!("tr.consumer")),
        "the others"
    );
}

#[test]
fn a_delivery_goes_by_the_zone_that_is_pinned_into_the_order() {
    let begins = Reaction::start_warranty(code!("warranty"));
    let shop = Shop::of(spec(both()).with_reaction(begins), "2025-03-03");
    let order = PlaceOrder::new(shop.ayse, [item("NF-500", 1, "800.00 TRY")]);
    let order = order.in_zone("Europe/Berlin".parse().unwrap());
    let order = confirmed(&shop.world, order);
    let pack = aftercare::order::Pack::new(1, 1).with_serial(code!("NF-8"));
    shop.world.run(PrepareShipment::of(order, [pack]));
    shop.world.wait(super::days(2));
    shop.world
        .run(TrackShipment::new(order, 1, Milestone::Delivered));
    let unit = FindUnit {
        serial: code!("NF-8"),
        maker: None,
    };
    let unit = shop.world.ask(&unit).unwrap().id;
    assert_eq!(law(&shop, unit), Some(code!("eu.consumer")));
}
