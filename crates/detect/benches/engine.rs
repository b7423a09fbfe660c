//! Speed of the engine on a text made here, beside a plain search for one byte in the same text.
//!
//! `cargo bench -p tutela-detect`

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tutela_detect::{Engine, Entity, Group, Input, Options};

/// About a megabyte of prose, rows, log lines and values in four languages; the numbers differ from line to line.
fn text() -> String {
    let mut text = String::new();
    let mut i = 0_u64;
    while text.len() < 1 << 20 {
        i += 1;
        let n = i.wrapping_mul(6_364_136_223_846_793_005) >> 33;
        text += &match i % 16 {
            0 => format!(
                "Số điện thoại: 09{:02} {:03} {:03}, CCCD: 0490870{:05}\n",
                n % 90 + 10,
                n % 1000,
                n / 7 % 1000,
                n % 100_000
            ),
            1 => format!(
                "Тел. +7 (912) {:03}-{:02}-{:02}, паспорт 4508 № {:06}\n",
                n % 1000,
                n / 3 % 100,
                n / 5 % 100,
                n % 1_000_000
            ),
            2 => format!(
                "联系电话：138{:08}，合同总金额为{},{:03}元。\n",
                n % 100_000_000,
                n % 900,
                n / 9 % 1000
            ),
            3 => format!("E-mail: user{}@example.org, order {:08}\n", n % 1000, n % 100_000_000),
            4..=7 => format!(
                "2025-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z INFO [worker-{}] done in {} ms size={}\n",
                n % 12 + 1,
                n % 28 + 1,
                n % 24,
                n % 60,
                n / 3 % 60,
                n % 1000,
                n % 32,
                n % 2500,
                n
            ),
            8..=9 => format!(
                "SP{:05};Bàn ghế văn phòng;Hà Nội;{};{}.{:02}\n",
                n % 100_000,
                n % 500,
                n % 9999,
                n % 100
            ),
            10..=11 => format!(
                "Trong quý {} doanh thu tăng {},{}% so với cùng kỳ năm {}.\n",
                n % 4 + 1,
                n % 90,
                n % 10,
                2010 + n % 15
            ),
            12..=13 => format!(
                "Просим отделы проверить план закупок и прислать замечания до {:02}.{:02}.2025.\n",
                n % 28 + 1,
                n % 12 + 1
            ),
            _ => "请各部门核对采购计划，并及时反馈意见。The meeting starts in the room on floor seven.\n".to_owned(),
        };
    }
    text
}

fn identifiers(criterion: &mut Criterion) {
    let text = text();
    let only = Entity::ALL.iter().copied();
    let engine = Engine::new(Options {
        only: only.filter(|e| e.group() == Group::Identifiers).collect(),
        min_score: 0.5,
    });
    let mut group = criterion.benchmark_group("one megabyte");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("identifiers", |b| {
        b.iter(|| engine.find(&Input::text(black_box(&text))).len())
    });
    group.bench_function("memchr", |b| {
        b.iter(|| memchr::memchr_iter(b'@', black_box(text.as_bytes())).count());
    });
    group.finish();
}

criterion_group!(benches, identifiers);
criterion_main!(benches);
