//! Messages and the journal through a real broker.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aftercare::adapters::{NatsCourier, NatsError, Parcel};
use aftercare::code;
use aftercare::courier::AsyncCourier;
use aftercare::customer::RegisterCustomer;
use aftercare::desk::Desk;
use aftercare::interaction::Channel;
use aftercare::kernel::{Actor, MessageId};
use aftercare::message::{Draft, MessageState};
use aftercare::record::{Entry, Share};
use aftercare::store::{Blocking, MemoryStore};

use crate::broker::{Broker, OwnNats};
use crate::common::{Post, draft, rulebook, system};
use crate::database::server;

type MemoryDesk = Desk<Blocking<MemoryStore>>;

fn desk(feed: bool) -> MemoryDesk {
    Desk::new(Blocking(MemoryStore::new()), rulebook(feed))
}

async fn post(desk: &MemoryDesk, second: i64, request: u128, drafts: Vec<Draft>) -> Vec<MessageId> {
    desk.run_async(&system(second, request), Post(drafts))
        .await
        .unwrap()
}

async fn state(desk: &MemoryDesk, id: MessageId) -> MessageState {
    let message = desk.get_async(&Actor::System, id).await.unwrap();
    message.unwrap().state.clone()
}

#[tokio::test]
async fn a_message_is_stored_under_its_purpose_and_channel() {
    let Some(broker) = Broker::find() else { return };
    let courier = broker.courier().await;
    let desk = desk(false);
    let mut mail = draft(1).with_channel(Some(Channel::Email));
    mail.purpose = code!("case.update");
    let sent = post(&desk, 0, 1, vec![mail, draft(2)]).await;
    let relayed = desk
        .relay_async(&system(1, 2), &courier, Share::ALL, 10)
        .await
        .unwrap();
    assert_eq!((relayed.sent, relayed.failures), (2, vec![]));

    let letters = broker.letters().await;
    let subjects: BTreeSet<&str> = letters
        .iter()
        .map(|letter| letter.subject.as_str())
        .collect();
    let expected =
        ["email", "any"].map(|channel| format!("{}.message.{channel}.case.update", broker.prefix));
    assert_eq!(subjects, expected.iter().map(String::as_str).collect());
    let ids: BTreeSet<String> = letters.iter().map(|letter| letter.id.clone()).collect();
    assert_eq!(
        ids,
        sent.iter()
            .map(|id| format!("{}.message.{id}", broker.prefix))
            .collect()
    );
    for letter in letters {
        let parcel: Parcel = serde_json::from_value(letter.body).unwrap();
        assert!(sent.contains(&parcel.message.id));
        assert_eq!(
            (parcel.attempt, parcel.profile, parcel.content),
            (1, None, None)
        );
    }
    // The receipt is the place in the stream.
    let MessageState::Sent { receipt, .. } = state(&desk, sent[0]).await else {
        panic!("not sent")
    };
    assert!(
        receipt
            .unwrap()
            .as_str()
            .starts_with(&format!("{}.", broker.prefix))
    );
    broker.clear().await;
}

#[tokio::test]
async fn the_stream_drops_a_repetition() {
    let Some(broker) = Broker::find() else { return };
    let courier = broker.courier().await;
    let desk = desk(true);
    post(&desk, 0, 1, vec![draft(1)]).await;
    let mut envelopes = Vec::new();
    struct Keep<'a>(std::sync::Mutex<&'a mut Vec<aftercare::courier::Envelope>>);
    impl AsyncCourier for Keep<'_> {
        type Error = NatsError;
        async fn send(
            &self,
            envelope: &aftercare::courier::Envelope,
        ) -> Result<aftercare::courier::Receipt, aftercare::courier::SendError<NatsError>> {
            self.0.lock().unwrap().push(envelope.clone());
            Ok(aftercare::courier::Receipt::default())
        }
    }
    let keep = Keep(std::sync::Mutex::new(&mut envelopes));
    let _ = desk
        .relay_async(&system(1, 2), &keep, Share::ALL, 10)
        .await
        .unwrap();
    let first = courier.send(&envelopes[0]).await.unwrap();
    let again = courier.send(&envelopes[0]).await.unwrap();
    assert_eq!(first, again, "the same place in the stream");
    let mut entries = Vec::new();
    let context = system(2, 3);
    let told = desk.follow_async(&context, 10, |entry| {
        entries.push(entry);
        async { Ok::<(), NatsError>(()) }
    });
    assert!(told.await.unwrap().told > 0);
    for entry in entries.iter().chain(&entries) {
        courier.tell(entry).await.unwrap();
    }
    assert_eq!(broker.letters().await.len(), 1 + entries.len());
    broker.clear().await;
}

/// Ids follow from request ids, which are unique within one store only.
#[tokio::test]
async fn two_tenants_on_one_stream_keep_what_each_published() {
    let Some(broker) = Broker::find() else { return };
    broker.courier().await;
    for tenant in ["a", "b"] {
        let prefix = format!("{}.{tenant}", broker.prefix);
        let courier = NatsCourier::connect(&broker.url, &prefix).await.unwrap();
        courier.ensure_stream(&broker.prefix).await.unwrap();
        let desk = desk(true);
        post(&desk, 0, 1, vec![draft(1), draft(2)]).await;
        let context = system(1, 2);
        let relayed = desk.relay_async(&context, &courier, Share::ALL, 10).await;
        assert_eq!(relayed.unwrap().sent, 2);
        let told = desk.follow_async(&context, 10, |entry| courier.tell(entry));
        assert!(told.await.unwrap().told > 0);
    }
    let letters = broker.letters().await;
    let of = |tenant| {
        let prefix = format!("{}.{tenant}.", broker.prefix);
        let own = letters.iter().filter(|it| it.subject.starts_with(&prefix));
        own.count()
    };
    assert!(of("a") > 2);
    assert_eq!(of("a"), of("b"), "the same requests, and neither is lost");
    broker.clear().await;
}

#[tokio::test]
async fn a_stream_that_takes_other_subjects_and_impossible_names_are_refused() {
    let Some(broker) = Broker::find() else { return };
    broker.courier().await;
    let other = NatsCourier::connect(&broker.url, "elsewhere")
        .await
        .unwrap();
    let refused = other.ensure_stream(&broker.prefix).await.unwrap_err();
    assert_eq!(refused.code(), "nats.other_subjects");
    for name in ["", "a b", "a.b", "a*"] {
        let refused = other.ensure_stream(name).await.unwrap_err();
        assert_eq!(refused.code(), "nats.stream_name", "{name}");
    }
    broker.clear().await;
}

#[tokio::test]
async fn personal_data_is_published_only_when_asked_for() {
    let Some(broker) = Broker::find() else { return };
    let desk = desk(false);
    let ayse = RegisterCustomer::named("Ayşe Yılmaz").with_email("ayse@example.com");
    let ayse = desk.run_async(&system(0, 1), ayse).await.unwrap();
    let to = draft(ayse.as_u128());
    post(&desk, 1, 2, vec![to.clone()]).await;
    let courier = broker.courier().await;
    let relayed = desk
        .relay_async(&system(2, 3), &courier, Share::ALL, 10)
        .await
        .unwrap();
    assert_eq!(relayed.sent, 1);
    post(&desk, 3, 4, vec![to]).await;
    let courier = courier.with_personal_data();
    let relayed = desk
        .relay_async(&system(4, 5), &courier, Share::ALL, 10)
        .await
        .unwrap();
    assert_eq!(relayed.sent, 1);
    let letters = broker.letters().await;
    let names = letters
        .iter()
        .map(|letter| letter.body.to_string().contains("Ayşe"));
    assert_eq!(names.collect::<Vec<_>>(), [false, true]);
    broker.clear().await;
}

#[tokio::test]
async fn what_is_too_large_is_refused_for_good() {
    let Some(broker) = Broker::find() else { return };
    let courier = broker.courier().await;
    let desk = desk(false);
    let large = draft(1).with_fact(code!("text"), "x".repeat(3_000_000));
    let ids = post(&desk, 0, 1, vec![large, draft(2)]).await;
    let relayed = desk
        .relay_async(&system(1, 2), &courier, Share::ALL, 10)
        .await
        .unwrap();
    assert_eq!((relayed.sent, relayed.died), (1, 1));
    let MessageState::Dead { reason, .. } = state(&desk, ids[0]).await else {
        panic!("not dead")
    };
    assert_eq!(reason.as_str(), "nats.too_large");
    broker.clear().await;
}

#[tokio::test]
async fn without_a_stream_messages_wait() {
    let Some(broker) = Broker::find() else { return };
    let courier = NatsCourier::connect(&broker.url, &broker.prefix)
        .await
        .unwrap();
    let desk = desk(false);
    post(&desk, 0, 1, vec![draft(1)]).await;
    let relayed = desk
        .relay_async(&system(1, 2), &courier, Share::ALL, 10)
        .await
        .unwrap();
    assert_eq!(relayed.postponed, 1);
    assert_eq!(relayed.failures[0].1, NatsError::NoStream);
    courier.ensure_stream(&broker.prefix).await.unwrap();
    let relayed = desk
        .relay_async(&system(60, 3), &courier, Share::ALL, 10)
        .await
        .unwrap();
    assert_eq!(relayed.sent, 1);
    broker.clear().await;
}

#[tokio::test]
async fn wrong_addresses_and_prefixes_are_refused() {
    if server("AFTERCARE_NATS_URL").is_none() {
        return;
    }
    let refused = NatsCourier::connect("no url at all", "care")
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "nats.connect");
    let nobody = format!("nats://127.0.0.1:{}", crate::broker::free_port());
    let refused = NatsCourier::connect(&nobody, "care").await.unwrap_err();
    assert_eq!(refused.code(), "nats.connect");
    let url = server("AFTERCARE_NATS_URL").unwrap();
    let refused = NatsCourier::connect(&url, "care.*").await.unwrap_err();
    assert_eq!(refused, NatsError::Prefix);
}

/// The broker is killed in the middle, stays away, and comes back: everything arrives, once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_broker_may_go_away_and_come_back() {
    if server("AFTERCARE_NATS_URL").is_none() {
        return;
    }
    let mut nats = OwnNats::start();
    let broker = Broker::at(nats.url());
    let courier = broker
        .courier()
        .await
        .with_patience(Duration::from_millis(500));
    let desk = desk(false);
    let mut expected = BTreeSet::new();
    let (mut sent, mut failed) = (0, 0);
    for second in 0..120 {
        if second < 40 {
            let drafts = (0..5).map(|n| draft(1 + n)).collect();
            let ids = post(&desk, second, 1_000 + second as u128, drafts).await;
            expected.extend(
                ids.iter()
                    .map(|id| format!("{}.message.{id}", broker.prefix)),
            );
        }
        match second {
            10 => nats.kill(),
            40 => nats.restart(),
            _ => {}
        }
        let context = system(second, 5_000 + second as u128);
        let relayed = desk
            .relay_async(&context, &courier, Share::ALL, 1_000)
            .await
            .unwrap();
        sent += relayed.sent;
        failed += relayed.failures.len();
        assert!(
            relayed.failures.iter().all(|(_, error)| {
                matches!(error, NatsError::Unreachable | NatsError::NoStream)
            })
        );
        if second > 40 {
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
    }
    assert_eq!(expected.len(), 200);
    assert!(failed > 0, "it was never away");
    // Those that were tried too often are dead, with the reason, and can be revived; the others are there.
    let letters = broker.letters().await;
    let arrived: BTreeMap<&str, usize> = letters.iter().fold(BTreeMap::new(), |mut all, letter| {
        *all.entry(letter.id.as_str()).or_default() += 1;
        all
    });
    assert!(
        arrived.values().all(|times| *times == 1),
        "something came twice"
    );
    assert!(sent > 100, "{sent}");
    assert!(arrived.len() >= sent as usize);
    for id in &expected {
        let there = arrived.contains_key(id.as_str());
        let (_, id) = id.split_once(".message.").unwrap();
        let id = id.parse().unwrap();
        match state(&desk, id).await {
            MessageState::Sent { .. } => assert!(there, "{id} is sent and not there"),
            // It may be there all the same: of a publication whose answer is lost nobody knows.
            MessageState::Dead { reason, .. } => assert_eq!(reason.as_str(), "courier.failed"),
            other => panic!("{other:?}"),
        }
    }
    println!("{sent} sent, {failed} tries in vain");
}

/// With the usual policy a minute without the broker is nothing that a message dies of.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_minute_without_the_broker_loses_and_doubles_nothing() {
    if server("AFTERCARE_NATS_URL").is_none() {
        return;
    }
    let mut nats = OwnNats::start();
    let broker = Broker::at(nats.url());
    let courier = broker
        .courier()
        .await
        .with_patience(Duration::from_millis(500));
    let rules = aftercare::rulebook::Rulebook::standard(aftercare::kernel::SecretKey::new([7; 16]));
    let desk = Desk::new(Blocking(MemoryStore::new()), rules);
    let (mut posted, mut sent, mut in_vain) = (0, 0, 0);
    nats.kill();
    for second in (0..900).step_by(2) {
        if second < 60 {
            posted += post(
                &desk,
                second,
                1_000 + second as u128,
                vec![draft(1), draft(2)],
            )
            .await
            .len();
        }
        if second == 60 {
            nats.restart();
        }
        if (60..100).contains(&second) {
            // The connection mends itself in its own time.
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let context = system(second, 5_000 + second as u128);
        let relayed = desk
            .relay_async(&context, &courier, Share::ALL, 1_000)
            .await
            .unwrap();
        assert_eq!(relayed.died, 0, "at second {second}");
        sent += relayed.sent as usize;
        in_vain += relayed.failures.len();
    }
    assert!(in_vain > 0, "the broker was never away");
    let letters = broker.letters().await;
    let ids: BTreeSet<&str> = letters.iter().map(|letter| letter.id.as_str()).collect();
    assert_eq!((posted, sent, letters.len(), ids.len()), (60, 60, 60, 60));
}

/// Followers that take turns, one of which dies in the middle: each record's entries come in order.
#[tokio::test]
async fn the_feed_has_the_entries_about_one_record_in_order() {
    let Some(broker) = Broker::find() else { return };
    let courier = broker.courier().await;
    let desk = desk(true);
    for n in 0..60_u128 {
        post(&desk, n as i64, 100 + n, vec![draft(1 + n % 3)]).await;
    }
    // Outcomes: a second entry about each message.
    let _ = desk
        .relay_async(&system(100, 1), &courier, Share::ALL, 1_000)
        .await
        .unwrap();
    let mut second = 200;
    let mut told = 0;
    loop {
        second += 100;
        let mut left = 17;
        let followed = desk
            .follow_async(&system(second, 9_000 + second as u128), 1_000, |entry| {
                left -= 1;
                let (courier, dies) = (courier.clone(), left == 0);
                async move {
                    courier.tell(&entry).await?;
                    // Stored, and then not acknowledged to the desk: it comes again.
                    if dies {
                        Err(NatsError::Unreachable)
                    } else {
                        Ok(())
                    }
                }
            })
            .await
            .unwrap();
        told += followed.told;
        if followed.stopped.is_none() {
            break;
        }
    }
    assert_eq!(told, 120);
    let letters = broker.letters().await;
    let entries: Vec<Entry> = letters
        .into_iter()
        .filter(|letter| {
            letter
                .subject
                .starts_with(&format!("{}.journal.", broker.prefix))
        })
        .map(|letter| serde_json::from_value(letter.body).unwrap())
        .collect();
    assert_eq!(
        entries.len(),
        120,
        "each once: the stream drops the repetitions"
    );
    let mut last = BTreeMap::new();
    for entry in &entries {
        for event in &entry.events {
            let before = last.insert(event.subject(), entry.rank);
            assert!(
                before.is_none_or(|before| before < entry.rank),
                "{:?}",
                event.subject()
            );
        }
    }
    broker.clear().await;
}
