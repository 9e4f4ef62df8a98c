//! Products, units and readings.

use std::collections::BTreeMap;

use aftercare::code;
use aftercare::kernel::{CustomerId, Effect};
use aftercare::product::{
    Acquired, Component, Definition, Dial, Installation, MeterSpec, Product, ProductEvent,
    ProductSpec, Reading, Recording, Serials, Site, Unit, UnitEvent,
};

use super::golden_enum;
use super::values::{AYSE, DENIZ, ORIGIN, POINT, READING, UNIT, at, date, stamp};

fn product_spec() -> ProductSpec {
    let pump = Component {
        serviceable: true,
        parts_until: Some(date("2040-12-31")),
    };
    let burner = MeterSpec::counting(code!("h")).rolling_over_at(100_000);
    ProductSpec {
        category: Some(code!("boiler")),
        maker: Some(code!("demir")),
        components: BTreeMap::from([
            (code!("pump"), pump),
            (code!("casing"), Component::default()),
        ]),
        parts_until: Some(date("2036-12-31")),
        meters: BTreeMap::from([(code!("burner"), burner)]),
        serials: Serials::Listed,
    }
}

pub fn product_events() -> Vec<ProductEvent> {
    vec![
        ProductEvent::Defined(Box::new(Definition {
            model: code!("KB-24"),
            spec: product_spec(),
        })),
        ProductEvent::Redefined(Box::default()),
    ]
}

fn unit_events() -> Vec<UnitEvent> {
    let dial = Dial {
        at: at(11, 0),
        shows: 50,
    };
    let read = |rolled_over_at, late| UnitEvent::Read {
        meter: code!("burner"),
        reading: READING,
        dial,
        usage: 50,
        rolled_over_at,
        late,
    };
    vec![
        UnitEvent::Recorded(Box::new(Recording {
            product: code!("KB-24"),
            serial: Some(code!("TR-4711-0001")),
            maker: Some(code!("demir")),
            owner: Some((AYSE, Acquired::Bought)),
            origin: Some(ORIGIN),
            bought_on: Some(date("2026-03-01")),
        })),
        UnitEvent::Recorded(Box::new(Recording {
            product: code!("KB-24"),
            serial: None,
            maker: None,
            owner: None,
            origin: None,
            bought_on: None,
        })),
        UnitEvent::Sold {
            to: AYSE,
            origin: ORIGIN,
            on: date("2026-03-01"),
        },
        UnitEvent::NotDelivered,
        UnitEvent::Reacted {
            reaction: code!("warranty"),
            effect: Effect::Done {
                what: code!("warranty_started"),
            },
        },
        UnitEvent::Delivered { at: at(9, 0) },
        UnitEvent::Registered {
            bought_on: Some(date("2026-03-01")),
        },
        UnitEvent::Reacted {
            reaction: code!("points"),
            effect: Effect::Done {
                what: code!("points_earned"),
            },
        },
        UnitEvent::Installed(Installation {
            at: at(10, 0),
            by: Some(DENIZ),
            installer: Some(code!("usta")),
        }),
        UnitEvent::Placed(Site {
            address: Some(POINT),
            spot: Some(code!("kitchen")),
        }),
        read(None, false),
        UnitEvent::ReadingCorrected {
            meter: code!("burner"),
            reading: READING,
            shows: 55,
            before: 50,
        },
        read(Some(100_000), false),
        read(None, true),
        UnitEvent::MeterReplaced {
            meter: code!("burner"),
            at: at(12, 0),
            last: 60,
            first: 5,
        },
        UnitEvent::Retired {
            reason: code!("scrapped"),
        },
        UnitEvent::Passed {
            to: CustomerId::from_u128(0xa2),
            how: Acquired::Resold,
            at: at(13, 0),
        },
        UnitEvent::TakenBack {
            reason: code!("returned"),
        },
    ]
}

#[test]
fn product_and_unit_events_stay() {
    golden_enum("product_event", &product_events());
    golden_enum("unit_event", &unit_events());
}

pub fn products() -> Vec<Product> {
    let events = product_events();
    let id = Product::id_of(&code!("KB-24"));
    let product = Product::begin(id, &events[0], &stamp(9, 0)).unwrap();
    let mut bare = product.clone();
    bare.apply(&events[1], &stamp(10, 0));
    vec![product, bare]
}

pub fn units() -> Vec<Unit> {
    let events = unit_events();
    let mut full = Unit::begin(UNIT, &events[0], &stamp(9, 0)).unwrap();
    let bare = Unit::begin(UNIT, &events[1], &stamp(9, 0)).unwrap();
    for event in &events[2..events.len() - 2] {
        full.apply(event, &stamp(13, 0));
    }
    let mut back = full.clone();
    let mut passed = None;
    for event in &events[events.len() - 2..] {
        back.apply(event, &stamp(14, 0));
        passed.get_or_insert_with(|| back.clone());
    }
    [bare, full, back].into_iter().chain(passed).collect()
}

pub fn readings() -> Vec<Reading> {
    let full = Reading {
        id: READING,
        unit: UNIT,
        meter: code!("burner"),
        owner: Some(AYSE),
        dial: Dial {
            at: at(11, 0),
            shows: 55,
        },
        usage: 55,
        corrections: 1,
    };
    let bare = Reading {
        owner: None,
        ..full.clone()
    };
    vec![bare, full]
}
