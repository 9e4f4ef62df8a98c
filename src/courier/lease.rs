//! One worker at a time.
//!
//! A lease is no part of the journal: it says nothing about a customer, and would fill the journal with
//! lines about nothing. So it is written without a command, but with an expectation like everything else:
//! of two workers that found it free, the store lets one have it.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::kernel::{Context, LeaseId, SecretKey};
use crate::record::{Batch, Key, Lease, Record, Row, rank_of};
use crate::work::{Ask, rewrite};

/// A lease on its way to being held, held, and given back.
#[derive(Debug)]
pub(crate) struct Lock<'a> {
    key: Key,
    context: &'a Context,
    secret: &'a SecretKey,
    row: Option<Row>,
}

impl<'a> Lock<'a> {
    pub(crate) fn new(id: LeaseId, context: &'a Context, secret: &'a SecretKey) -> Self {
        Self {
            key: Key::of(id),
            context,
            secret,
            row: None,
        }
    }

    /// First: how does it stand?
    pub(crate) fn look(&self) -> Ask {
        Ask::Load(vec![self.key])
    }

    /// Then: takes it for `lease_ms`, if it is free, has expired, or is held by this very request.
    /// `None` when another holds it.
    pub(crate) fn take(&mut self, row: Option<Row>, lease_ms: u32) -> Option<Ask> {
        if let Some(Record::Lease(lease)) = row.as_ref().and_then(|row| row.record.as_ref())
            && lease.until > self.context.now
            && lease.holder != self.context.request
        {
            return None;
        }
        self.row = row;
        Some(self.write(self.context.now + TimeDelta::milliseconds(lease_ms.into())))
    }

    /// Last: gives it back, unless another took it over meanwhile. Not until *now*, which may be the future to one
    /// whose clock is behind.
    pub(crate) fn give_back(&mut self) -> Ask {
        self.write(DateTime::UNIX_EPOCH)
    }

    fn write(&mut self, until: DateTime<Utc>) -> Ask {
        let lease = Lease {
            until,
            holder: self.context.request,
        };
        let (expect, put) = rewrite(
            self.key,
            self.row.as_ref(),
            rank_of(self.context.now),
            Record::Lease(Arc::new(lease)),
            self.secret,
        );
        self.row = Some(Row {
            version: put.version,
            record: put.record.clone(),
        });
        Ask::Commit(Batch {
            expect: vec![expect],
            puts: vec![put],
        })
    }
}
