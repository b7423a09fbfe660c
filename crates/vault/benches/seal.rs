//! Records sealed and opened per second, tokens per second, and what one passphrase costs.
#![expect(clippy::unwrap_used, reason = "a bench ends when something fails")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tutela_vault::index::{self, Kind};
use tutela_vault::{BodyKey, Lock, Place};

/// A card of one person.
const CARD: [u8; 500] = [b'x'; 500];
const NAME: &str = "Nguyễn Phúc Vĩnh San";

fn records(c: &mut Criterion) {
    let key = BodyKey::generate().unwrap();
    let new = BodyKey::generate().unwrap();
    let place = Place {
        body: "ward-7",
        record: "card-000017",
    };
    let sealed = key.create(&place, &CARD).unwrap();
    let mut group = c.benchmark_group("record of 500 bytes");
    group.throughput(Throughput::Elements(1));
    group.bench_function("create", |b| b.iter(|| key.create(&place, black_box(&CARD)).unwrap()));
    group.bench_function("open", |b| b.iter(|| key.open(&place, black_box(&sealed)).unwrap()));
    group.bench_function("replace", |b| {
        b.iter(|| key.replace(&place, &sealed.wrapped_key, black_box(&CARD)).unwrap());
    });
    group.bench_function("rewrap", |b| {
        b.iter(|| key.rewrap(&new, &place, black_box(&sealed.wrapped_key)).unwrap());
    });
    group.finish();
}

fn tokens(c: &mut Criterion) {
    let key = BodyKey::generate().unwrap();
    let field = key.field("subject.name");
    let mut group = c.benchmark_group("blind index");
    group.throughput(Throughput::Elements(1));
    group.bench_function("token", |b| b.iter(|| field.token(black_box("nguyen"))));
    group.bench_function("token with its field", |b| {
        b.iter(|| key.token("subject.name", black_box("nguyen")));
    });
    group.bench_function("words of a name", |b| {
        b.iter(|| index::words(Kind::Name, black_box(NAME)))
    });
    group.bench_function("tokens of a name", |b| {
        b.iter(|| field.tokens(Kind::Name, black_box(NAME)))
    });
    group.finish();
}

fn passphrase(c: &mut Criterion) {
    let key = BodyKey::generate().unwrap();
    let lock = Lock::Passphrase("một câu dài để đo");
    let text = key.lock(&lock).unwrap();
    let mut group = c.benchmark_group("body key");
    group.sample_size(10);
    group.bench_function("unlock by passphrase", |b| {
        b.iter(|| BodyKey::unlock(black_box(&text), &lock).unwrap());
    });
    group.finish();
}

criterion_group!(benches, records, tokens, passphrase);
criterion_main!(benches);
