use super::world::World;
use aftercare::customer::{
    Evidence, FindDuplicates, MergeCustomers, ReadProfile, RegisterCustomer,
};
use aftercare::kernel::{ContactPointId, CustomerId};

fn contact(world: &World, customer: CustomerId, n: usize) -> ContactPointId {
    world.ask(&ReadProfile { customer }).unwrap().contacts[n].id
}

#[test]
fn likely_duplicates_come_with_their_evidence_the_likeliest_first() {
    let world = World::new();
    let own = RegisterCustomer::named("Ayşe Işık")
        .with_email("ayse.isik@example.com")
        .with_phone("0532 123 45 67");
    let own = world.run(own);
    let namesake = world.register("AYŞE IŞIK");
    let same = RegisterCustomer::named("ayşe ışık")
        .with_email("ayseisik+shop@example.com")
        .with_phone("+49 532 123 45 67");
    let same = world.run(same);
    let _stranger = world.run(RegisterCustomer::named("Ayse Isik").with_email("ayse@example.com"));

    let answer = world.ask(&FindDuplicates {
        customer: own,
        limit: 50,
    });
    assert!(!answer.has_more);
    let who: Vec<_> = answer.candidates.iter().map(|c| c.customer).collect();
    assert_eq!(who, [same, namesake]);
    let similar = |n| Evidence::SimilarContact {
        own: contact(&world, own, n),
        other: contact(&world, same, n),
    };
    assert_eq!(
        answer.candidates[0].evidence,
        [Evidence::SameName, similar(0), similar(1)]
    );
    assert_eq!(answer.candidates[1].evidence, [Evidence::SameName]);
}

#[test]
fn a_merged_duplicate_is_no_longer_one() {
    let world = World::new();
    let (a, b, c) = (
        world.register("Ali Veli"),
        world.register("Ali Veli"),
        world.register("ali veli"),
    );
    world.run(MergeCustomers {
        survivor: b,
        merged: c,
    });
    let candidates = |customer| {
        let answer = world.ask(&FindDuplicates {
            customer,
            limit: 50,
        });
        answer
            .candidates
            .iter()
            .map(|candidate| candidate.customer)
            .collect::<Vec<_>>()
    };
    assert_eq!(candidates(a), [b]);
    world.run(MergeCustomers {
        survivor: a,
        merged: b,
    });
    assert_eq!(candidates(a), []);
    assert_eq!(candidates(c), []);
}

#[test]
fn there_is_an_end_to_namesakes() {
    let world = World::new();
    let ids: Vec<_> = (0..10).map(|_| world.register("Mehmet Yılmaz")).collect();
    let answer = world.ask(&FindDuplicates {
        customer: ids[0],
        limit: 4,
    });
    assert!(answer.has_more);
    assert!((4..=5).contains(&answer.candidates.len()));
}
