//! Erasing a client whose records need not be kept any longer: her key is destroyed. The journal stays as it is, and its
//! chain whole; what is hers in it, in the working copy and in every later backup can be read by nobody.

use crate::domain::ids::ClientId;
use crate::domain::record::Kind;
use crate::domain::search::fold;
use crate::domain::text::Text;
use crate::rules::retention;
use crate::service::api::{Change, Done, Person, Reply, Session};
use crate::service::plan::Refusal;
use crate::service::{Service, refused};
use crate::store::codec::ActNote;
use crate::store::{Act, StoreError};

/// Shortest reason.
const REASON: usize = 10;

impl Service {
    /// Journals that she was erased, without her name, then destroys her key and forgets her.
    pub(in crate::service) fn erase_client(
        &mut self,
        session: &Session,
        client: ClientId,
        reason: &str,
        request: [u8; 16],
    ) -> (Reply, Option<Change>) {
        match self.try_erase(session, client, reason, request) {
            Ok((done, change)) => (Reply::Done(done), Some(change)),
            Err(refusal) => (refusal.into(), None),
        }
    }

    fn try_erase(
        &mut self,
        session: &Session,
        client: ClientId,
        reason: &str,
        request: [u8; 16],
    ) -> Result<(Done, Change), Refusal> {
        let Some(keys) = self.store.keys().cloned() else {
            return Err(Refusal::problem(
                "erase.clear",
                "",
                "this agency is not encrypted, so there is no key to destroy; move it over first: caseload encrypt",
            ));
        };
        if keys.is_erased(&client.0) {
            return Err(Refusal::problem("erase.already", "", "that client was erased already"));
        }
        self.may_erase(client, reason)?;
        let act = Act {
            request,
            batch: [0; 16],
            actor: session.user,
            at: self.now(),
            action: "client.erase",
            origin: session.origin.clone(),
            undoes: 0,
            note: ActNote {
                summary: Text::clip(&format!("Erased a client: {client}")),
                reason: Text::clip(reason),
                told_outside: true,
            },
            writes: Vec::new(),
        };
        let said = |e| match refused(e) {
            Reply::Failed(why) => Refusal::Failed(why),
            _ => Refusal::Failed("it could not be saved".to_owned()),
        };
        let seq = self.store.commit(act).map_err(said)?;
        // That it was done is on the disk before it is done: cut off here, she stands, and it is asked for again.
        let holding = self.staged.is_holding();
        self.staged.seal().map_err(said)?;
        let destroyed = keys.erase(&client.0).map_err(|e| Refusal::Failed(e.to_string()));
        let remade = self.store.engine().remake_rows().map_err(StoreError::from);
        if holding {
            self.staged.hold();
        }
        destroyed?;
        remade?;
        self.read_all_anew()?;
        let done = Done {
            seq,
            summary: "Erased: nobody can read their records any more".to_owned(),
            undoable: false,
            created: Vec::new(),
            imported: Vec::new(),
            left_alone: Vec::new(),
            refused: Vec::new(),
        };
        let persons = vec![Person::Client(client)];
        Ok((done, Change { seq, actor: session.user, kinds: vec![Kind::Client], persons }))
    }

    fn may_erase(&self, client: ClientId, reason: &str) -> Result<(), Refusal> {
        let Some(record) = self.cast.clients.get(&client) else {
            return Err(Refusal::problem("erase.unknown", "", "there is no such client"));
        };
        if reason.trim().chars().count() < REASON {
            return Err(Refusal::problem("erase.reason", "reason", "say in a sentence why they are erased"));
        }
        let said = fold(reason);
        let names = [record.name.family.as_str(), record.name.given.as_str(), record.mrn.as_str()];
        let named = |name: &&str| name.chars().count() > 2 && said.contains(&fold(name));
        if names.iter().any(named) {
            let text = "leave the name and number out of the reason: it stays when everything else is gone";
            return Err(Refusal::problem("erase.named", "reason", text));
        }
        let zone = self.cast.zone_of(client);
        let entered = zone.day(record.head.created_at);
        let last = self.store.last_of_client(client)?.map(|at| zone.day(at));
        let last = last.into_iter().chain(record.status_since).max().unwrap_or(entered);
        let today = zone.day(self.now());
        retention::may_erase(record.status, last, today, self.policy.keep_years)
            .map_err(|why| Refusal::problem("erase.kept", "", why))
    }
}
