//! The order of calling is total and stable, nobody is lost in it, and what is counted adds up.

use super::*;
use proptest::prelude::*;

fn policy() -> StormPolicy {
    StormPolicy::embedded().unwrap()
}

fn touched(n: u8) -> Touched {
    Touched {
        client: ClientId([n; 16]),
        name: "a".to_owned(),
        level: Some(3),
        transport: Some(3),
        needs: vec![],
        powered: vec![],
        alone: false,
        near: true,
        state: None,
    }
}

fn order(all: &[Touched]) -> Vec<u8> {
    let policy = policy();
    let mut ranked: Vec<(Rank, u8)> = all.iter().map(|t| (policy.rank(t), t.client.0[0])).collect();
    ranked.sort();
    ranked.into_iter().map(|(_, n)| n).collect()
}

#[test]
fn level_comes_first_then_power_then_transport_then_who_is_near() {
    let of = |n, change: &dyn Fn(&mut Touched)| {
        let mut t = touched(n);
        change(&mut t);
        t
    };
    let texts = |t: &[&str]| t.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
    let all = [
        of(1, &|t| t.level = Some(4)),
        of(2, &|_| {}),
        of(3, &|t| t.state = Some(StormState::Safe)),
        of(4, &|t| t.near = false),
        of(5, &|t| t.transport = None),
        of(6, &|t| t.transport = Some(1)),
        of(7, &|t| t.powered = texts(&["hospital bed"])),
        of(8, &|t| t.powered = texts(&["oxygen concentrator, battery 4 h"])),
        of(9, &|t| t.powered = texts(&["oxygen concentrator, battery 2 h"])),
        of(10, &|t| t.needs = vec![Need::Oxygen]),
        of(11, &|t| t.needs = vec![Need::Ventilator]),
        of(12, &|t| t.level = None),
        of(13, &|t| t.level = Some(1)),
        of(14, &|t| t.alone = true),
    ];
    // Whose level nobody has written down stands behind level 1; how long an oxygen tank lasts that nobody has written
    // down comes before any that is known to last.
    assert_eq!(order(&all), [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 14, 2, 3, 1]);
}

#[test]
fn how_long_it_lasts_is_read_from_what_is_written() {
    for (text, minutes) in [
        ("oxygen concentrator, battery 4 h", Some(240)),
        ("ventilator (internal battery 90 min, spare 6 hours)", Some(360)),
        ("bipap 2.5hrs", Some(150)),
        ("2 l/min oxygen", None),
        ("concentrator 5 l", None),
        ("tank e, 3 h at 2 l", Some(180)),
        ("99999999999999999999 h", None),
        ("0 h", None),
        ("", None),
    ] {
        assert_eq!(lasts(text), minutes, "{text}");
    }
}

#[test]
fn why_somebody_stands_there_is_said() {
    let mut t = touched(1);
    (t.level, t.transport, t.alone, t.near) = (None, Some(1), true, false);
    t.powered = vec!["Ventilator, battery 4 h".to_owned()];
    let said = policy().reasons(&t).join(" · ");
    let wanted =
        "level not recorded · ventilator for 4 h · transport 1: cannot walk: stretcher · lives alone · nobody near";
    assert_eq!(said, wanted);
}

#[test]
fn a_file_that_leaves_somebody_out_is_refused() {
    let text = include_str!("../packs/storm.toml");
    assert!(StormPolicy::parse(text).is_ok());
    for (from, to, why) in [
        ("is = \"4\"", "is = \"5\"", "`5` is no level"),
        ("is = \"4\"", "is = \"3\"", "twice"),
        ("is = \"infusion\"", "is = \"oxygen\"", "a word of its own"),
        ("need = \"ventilator\"", "need = \"vent\"", "no need of a client"),
        ("calls = 3", "calls = 0", "between 1 and 20"),
        ("issue = \"unsafe home\"", "issue = \"storm\"", "no kind of issue"),
        ("power = [\"ventilator\", \"oxygen\"]", "power = [\"lift\"]", "no step of power"),
        ("minutes = 240", "minutes = 0", "between 1 and 10080"),
        ("from = \"2026-01-01\"", "from = \"soon\"", "no day"),
    ] {
        assert!(text.contains(from), "{from}");
        let wrong = StormPolicy::parse(&text.replacen(from, to, 1)).unwrap_err();
        assert!(wrong.contains(why), "{to}: {wrong}");
    }
    let without: String = text.split("[[level]]\nis = \"4\"").collect::<Vec<_>>().concat();
    assert!(StormPolicy::parse(&without).is_err());
    let other = StormPolicy::parse(&text.replace("calls = 3", "calls = 2")).unwrap();
    assert_eq!(other.changes(&policy()).len(), 1);
    assert!(policy().changes(&policy()).is_empty());
}

fn any_touched() -> impl Strategy<Value = Touched> {
    let state = prop::option::of(prop::sample::select(StormState::ALL));
    let needs = prop::collection::vec(prop::sample::select(Need::ALL), 0..3);
    let powered = prop::collection::vec(prop::sample::select(vec!["bed", "oxygen 2 h", "oxygen", "vent", ""]), 0..3);
    let levels = (prop::option::of(0u8..6), prop::option::of(0u8..5));
    (0u8..40, "[a-c]{0,2}", levels, needs, powered, any::<[bool; 2]>(), state).prop_map(
        |(n, name, (level, transport), needs, powered, [alone, near], state)| Touched {
            client: ClientId([n; 16]),
            name,
            level,
            transport,
            needs,
            powered: powered.into_iter().map(str::to_owned).collect(),
            alone,
            near,
            state,
        },
    )
}

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(0x5eed), ..proptest::prelude::ProptestConfig::default() })]

    #[test]
    fn the_order_is_total_and_the_same_however_they_come(
        mut all in prop::collection::vec(any_touched(), 0..30),
        turn in 0usize..30,
    ) {
        all.sort_by_key(|t| t.client);
        all.dedup_by_key(|t| t.client);
        let one = order(&all);
        let n = all.len().max(1);
        all.rotate_left(turn % n);
        all.reverse();
        prop_assert_eq!(&order(&all), &one);
        // Nobody is lost, and nobody stands there twice.
        let mut ids: Vec<u8> = all.iter().map(|t| t.client.0[0]).collect();
        ids.sort_unstable();
        let mut ordered = one.clone();
        ordered.sort_unstable();
        prop_assert_eq!(ordered, ids);
        // No two stand at the same place.
        let policy = policy();
        let mut ranks: Vec<Rank> = all.iter().map(|t| policy.rank(t)).collect();
        ranks.sort();
        prop_assert!(ranks.windows(2).all(|w| w[0] < w[1]));
        // A worse level is never below a better one, whatever else is said of the two.
        let level = |n: u8| all.iter().find(|t| t.client.0[0] == n).and_then(|t| t.level);
        let rated: Vec<u8> = one.iter().filter_map(|n| level(*n)).filter(|l| (1..=4).contains(l)).collect();
        prop_assert!(rated.windows(2).all(|w| w[0] <= w[1]), "{:?}", rated);
    }

    #[test]
    fn what_is_counted_adds_up(all in prop::collection::vec(any_touched(), 0..60)) {
        let mut counts = Counts::default();
        for t in &all {
            counts.add(t.state);
        }
        prop_assert_eq!(counts.all as usize, all.len());
        prop_assert_eq!(counts.safe + counts.elsewhere + counts.open(), counts.all);
        prop_assert_eq!(counts.reached() + counts.open() - counts.help, counts.all);
        let well = all.iter().filter(|t| t.state.is_some_and(StormState::is_well)).count();
        prop_assert_eq!(well as u32, counts.all - counts.open());
    }
}
