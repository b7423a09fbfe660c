use super::super::testing::{compound, wide};
use crate::testing::Kept;

fn atom(kind: u16, instance: u16, data: &[u8]) -> Vec<u8> {
    head(instance << 4, kind, data)
}

fn container(kind: u16, instance: u16, children: &[Vec<u8>]) -> Vec<u8> {
    head(instance << 4 | 15, kind, &children.concat())
}

fn head(first: u16, kind: u16, data: &[u8]) -> Vec<u8> {
    let mut bytes = first.to_le_bytes().to_vec();
    bytes.extend(kind.to_le_bytes());
    bytes.extend((data.len() as u32).to_le_bytes());
    bytes.extend(data);
    bytes
}

fn numbers(list: &[u32]) -> Vec<u8> {
    list.iter().flat_map(|n| n.to_le_bytes()).collect()
}

/// A presentation of these objects, numbered from 1, the first the document.
fn presentation(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut stream = Vec::new();
    let mut table = numbers(&[(objects.len() as u32) << 20 | 1]);
    for object in objects {
        table.extend((stream.len() as u32).to_le_bytes());
        stream.extend(object);
    }
    let directory = stream.len() as u32;
    stream.extend(atom(0x1772, 0, &table));
    let edit = stream.len() as u32;
    stream.extend(atom(0x0ff5, 0, &numbers(&[0, 0, 0, directory, 1, 9, 0])));
    let user = atom(0x0ff6, 0, &numbers(&[20, 0xe391_c05f, edit]));
    compound(&[("/PowerPoint Document", stream), ("/Current User", user)])
}

fn read(bytes: &[u8]) -> Kept {
    Kept::of("a.ppt", bytes)
}

fn sample() -> Vec<Vec<u8>> {
    let listed = |object: u32, id: u32| atom(0x03f3, 0, &numbers(&[object, 0, 0, id, 0]));
    let document = container(
        0x03e8,
        0,
        &[
            container(
                0x0ff0,
                0,
                &[
                    listed(3, 256),
                    atom(0x0fa0, 0, &wide("Lớp 4A\rdanh sách")),
                    listed(2, 257),
                ],
            ),
            container(0x0ff0, 2, &[listed(4, 300)]),
        ],
    );
    let mut show = vec![0; 16];
    show[10] = 4;
    let second = container(0x03ee, 0, &[atom(0x03f9, 0, &show), atom(0x0fa8, 0, b"Caf\xe9")]);
    let comment = container(
        0x2ee0,
        0,
        &[atom(0x0fba, 0, &wide("Lê Mẫu")), atom(0x0fba, 1, &wide("gọi lại"))],
    );
    let first = container(
        0x03ee,
        0,
        &[
            container(0x1388, 0, &[comment]),
            container(0x040c, 0, &[atom(0x0fa0, 0, &wide("Trần Thị Mẫu"))]),
        ],
    );
    let notes = container(
        0x03f0,
        0,
        &[
            atom(0x03f1, 0, &numbers(&[256, 0])),
            atom(0x0fa0, 0, &wide("nhớ gọi 0912 000 111")),
        ],
    );
    let dead = container(0x03ee, 0, &[atom(0x0fa0, 0, &wide("bản cũ"))]);
    vec![document, second, first, notes, dead]
}

#[test]
fn slides_come_in_their_order_with_notes_and_comments() {
    let got = read(&presentation(&sample()));
    assert_eq!(got.problems(), Vec::<String>::new());
    assert_eq!(got.text_at("slide 1"), "Lớp 4A\ndanh sách\nTrần Thị Mẫu");
    assert_eq!(got.text_at("hidden slide 2"), "Café");
    assert_eq!(got.text_at("slide 1, notes"), "nhớ gọi 0912 000 111");
    assert_eq!(got.text_at("slide 1, comment by 'Lê Mẫu'"), "gọi lại");
    assert_eq!(got.text_at("slide 1, property 'commentAuthor'"), "Lê Mẫu");
    assert_eq!(got.text_at("source"), "bản cũ");
}

#[test]
fn without_a_directory_every_text_is_read_and_the_damage_told() {
    let stream = sample().concat();
    let got = read(&compound(&[("/PowerPoint Document", stream)]));
    assert!(got.all().contains("Trần Thị Mẫu") && got.all().contains("bản cũ"));
    assert_eq!(got.problems(), [": damaged: directory of objects"]);
}

#[test]
fn a_password_is_told() {
    let user = atom(0x0ff6, 0, &numbers(&[20, 0xf3d1_c4df, 0]));
    let got = read(&compound(&[
        ("/PowerPoint Document", sample().concat()),
        ("/Current User", user),
    ]));
    assert_eq!(got.problems(), [": encrypted"]);
}
