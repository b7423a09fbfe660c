use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use sha2::Sha256;

use super::*;

/// All leaves in memory: subtrees are computed by the definition of RFC 6962.
struct Plain(Vec<Hash>);

impl Hashes for Plain {
    fn subtree(&self, height: u32, index: u64) -> Result<Hash, Error> {
        let from = usize::try_from(index << height).unwrap();
        Ok(Hash::of_perfect(&self.0[from..from + (1 << height)]).unwrap())
    }
}

fn hex(text: &str) -> Vec<u8> {
    let digit = |b: u8| char::from(b).to_digit(16).unwrap() as u8;
    text.as_bytes()
        .chunks(2)
        .map(|p| digit(p[0]) * 16 + digit(p[1]))
        .collect()
}

fn leaves(n: u64) -> Vec<Hash> {
    (0..n).map(|i| Hash::of_leaf(&i.to_be_bytes())).collect()
}

fn edge(leaves: &[Hash]) -> Edge {
    let mut edge = Edge::default();
    for leaf in leaves {
        edge.push(*leaf);
    }
    edge
}

/// The roots of the eight inputs that the reference implementation of RFC 6962 publishes.
#[test]
fn the_published_roots() {
    let inputs = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut edge = Edge::default();
    assert_eq!(
        edge.root().0.to_vec(),
        hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    );
    for (input, root) in inputs.iter().zip(roots) {
        edge.push(Hash::of_leaf(&hex(input)));
        assert_eq!(edge.root().0.to_vec(), hex(root));
    }
}

#[test]
fn every_proof_of_small_trees_holds_and_is_that_of_an_independent_implementation() {
    let all = leaves(70);
    for size in 1..=all.len() {
        let plain = Plain(all[..size].to_vec());
        let root = edge(&all[..size]).root();
        let mut other: MemoryBackedTree<Sha256, Vec<u8>> = MemoryBackedTree::new();
        for i in 0..size as u64 {
            other.push(i.to_be_bytes().to_vec());
        }
        assert_eq!(other.root().as_bytes().to_vec(), root.0.to_vec(), "root of {size}");
        for (index, leaf) in all.iter().enumerate().take(size) {
            let proof = inclusion_proof(&plain, index as u64, size as u64).unwrap();
            let flat: Vec<u8> = proof.iter().flat_map(|h| h.0).collect();
            assert_eq!(other.prove_inclusion(index).as_bytes(), flat, "{index} in {size}");
            assert_eq!(
                root_from_inclusion(*leaf, index as u64, size as u64, &proof),
                Some(root)
            );
        }
        for old in 1..size {
            let proof = consistency_proof(&plain, old as u64, size as u64).unwrap();
            let flat: Vec<u8> = proof.iter().flat_map(|h| h.0).collect();
            assert_eq!(other.prove_consistency(size - old).as_bytes(), flat, "{old} to {size}");
            assert!(consistent(
                old as u64,
                edge(&all[..old]).root(),
                size as u64,
                root,
                &proof
            ));
        }
    }
}

#[test]
fn the_edge_gives_the_tiles_and_comes_back_from_them() {
    let mut edge = Edge::default();
    let mut filled = Vec::new();
    for leaf in leaves(66_000) {
        filled.extend(edge.push(leaf));
    }
    let level = |l| {
        filled
            .iter()
            .filter(|f| f.level == l)
            .map(|f| f.index)
            .collect::<Vec<_>>()
    };
    assert_eq!(level(0), (0..257).collect::<Vec<_>>());
    assert_eq!(level(1), [0]);
    let rows = (0..3).map(|l| edge.row(l).to_vec()).collect();
    assert_eq!(Edge::from_rows(66_000, rows), Some(edge.clone()));
    let rows: Vec<_> = (0..3).map(|l| edge.row(l).to_vec()).collect();
    assert_eq!(Edge::from_rows(66_001, rows), None);
}

#[test]
fn nothing_outside_the_tree_is_proven() {
    let plain = Plain(leaves(5));
    assert!(inclusion_proof(&plain, 5, 5).is_err() && inclusion_proof(&plain, 0, 0).is_err());
    assert!(consistency_proof(&plain, 6, 5).is_err());
    assert_eq!(root_from_inclusion(plain.0[0], 5, 5, &[]), None);
    assert!(!consistent(6, plain.0[0], 5, plain.0[0], &[]));
    assert!(consistent(0, Hash::of_nothing(), 5, plain.0[0], &[]));
    assert!(!consistent(0, plain.0[0], 5, plain.0[0], &[]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_changed_proof_does_not_hold(size in 2_u64..3000, at in any::<u64>(), bit in 0_usize..256, which in any::<usize>()) {
        let all = leaves(size);
        let plain = Plain(all.clone());
        let root = edge(&all).root();
        let index = at % size;
        let leaf = all[usize::try_from(index).unwrap()];
        let proof = inclusion_proof(&plain, index, size).unwrap();
        prop_assert_eq!(root_from_inclusion(leaf, index, size, &proof), Some(root));
        let mut bad = proof.clone();
        let step = which % bad.len();
        bad[step].0[bit / 8] ^= 1 << (bit % 8);
        prop_assert_ne!(root_from_inclusion(leaf, index, size, &bad), Some(root));
        let longer = [proof.as_slice(), &[leaf]].concat();
        prop_assert_eq!(root_from_inclusion(leaf, index, size, &longer), None);
        prop_assert_eq!(root_from_inclusion(leaf, index, size, &proof[1..]), None);
        let old = 1 + index % (size - 1);
        let old_root = edge(&all[..usize::try_from(old).unwrap()]).root();
        let proof = consistency_proof(&plain, old, size).unwrap();
        prop_assert!(consistent(old, old_root, size, root, &proof));
        let mut bad = proof.clone();
        let step = which % bad.len();
        bad[step].0[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(!consistent(old, old_root, size, root, &bad));
        prop_assert!(!consistent(old, old_root, size, root, &proof[1..]));
    }
}
