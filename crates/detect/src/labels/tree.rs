//! The spellings of all labels as one tree of characters, read from the end of a word backwards: however many labels end alike, the text is
//! folded and compared once.

use super::Spelling;

/// A character on the way of at least one spelling.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    c: u32,
    /// Which spelling is complete here; `NONE` where none is.
    spelling: u16,
    /// How many characters can come before it.
    children: u16,
    /// The first of them among all nodes.
    first: u16,
    /// Which table they have; `NONE` if they are few.
    table: u16,
}

const NONE: u16 = u16::MAX;

/// From this number of children on a node has a table of them.
const MANY: usize = 6;

/// Slots of such a table, more than any node has children.
const SLOTS: usize = 512;

/// Where to look for a character in a table, first of all.
fn slot(c: u32) -> usize {
    (c ^ c >> 8) as usize % SLOTS
}

impl Node {
    /// The number of the spelling that is complete here.
    pub(super) fn spelling(self) -> Option<usize> {
        (self.spelling != NONE).then_some(usize::from(self.spelling))
    }
}

/// Nodes level by level; those with the same parent lie side by side.
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// The tables of the nodes with many children, in order: places of children, counted from 1, in open addressing.
    tables: Vec<[u16; SLOTS]>,
}

impl Tree {
    /// The tree of these spellings, which are sorted by their characters from last to first.
    pub(super) fn of(spellings: &[Spelling]) -> Self {
        let mut nodes = vec![Node {
            c: 0,
            spelling: NONE,
            children: 0,
            first: 0,
            table: NONE,
        }];
        let mut tables = Vec::new();
        // The spellings below each node of the level at hand, and how many characters these have in common.
        let mut level = vec![(0, 0..spellings.len())];
        let mut depth = 0;
        while !level.is_empty() {
            let mut below = Vec::new();
            for (parent, range) in level {
                let first = nodes.len();
                let mut at = range.start;
                while at < range.end {
                    let Some(&c) = spellings.get(at).and_then(|s| s.reversed.get(depth)) else {
                        // Complete above this level.
                        at += 1;
                        continue;
                    };
                    let group = spellings.get(at..range.end).unwrap_or_default();
                    let past = at + group.partition_point(|s| s.reversed.get(depth) == Some(&c));
                    let complete = group.first().is_some_and(|s| s.reversed.len() == depth + 1);
                    below.push((nodes.len(), at..past));
                    nodes.push(Node {
                        c,
                        spelling: if complete { at as u16 } else { NONE },
                        children: 0,
                        first: 0,
                        table: NONE,
                    });
                    at = past;
                }
                let children = nodes.get(first..).unwrap_or_default();
                let count = children.len();
                let table = (MANY..SLOTS).contains(&count).then(|| table_of(children, first));
                if let Some(node) = nodes.get_mut(parent) {
                    node.children = count as u16;
                    node.first = first as u16;
                    if let Some(table) = table {
                        node.table = tables.len() as u16;
                        tables.push(table);
                    }
                }
            }
            level = below;
            depth += 1;
        }
        Self { nodes, tables }
    }

    pub(super) fn root(&self) -> Node {
        self.nodes[0]
    }

    /// The node of a character before the one of this node.
    #[inline]
    pub(super) fn child(&self, node: Node, c: u32) -> Option<Node> {
        if let Some(table) = self.tables.get(usize::from(node.table)) {
            let mut at = slot(c);
            loop {
                let place = usize::from(table[at]).checked_sub(1)?;
                let child = self.nodes.get(place).copied()?;
                if child.c == c {
                    return Some(child);
                }
                at = (at + 1) % SLOTS;
            }
        }
        let (first, count) = (usize::from(node.first), usize::from(node.children));
        self.nodes.get(first..first + count)?.iter().find(|n| n.c == c).copied()
    }
}

/// The table of these nodes, of which the first is the `first` of all.
fn table_of(children: &[Node], first: usize) -> [u16; SLOTS] {
    let mut table = [0; SLOTS];
    for (child, place) in children.iter().zip(first + 1..) {
        let mut at = slot(child.c);
        while table[at] != 0 {
            at = (at + 1) % SLOTS;
        }
        table[at] = place as u16;
    }
    table
}
