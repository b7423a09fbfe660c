//! The spellings of all labels as one tree of characters, read from the end of a word backwards: however many labels end alike, the text is
//! folded and compared once.

use super::Spelling;

/// A character on the way of at least one spelling.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    c: u32,
    /// Which spelling is complete here; `NONE` where none is.
    spelling: u16,
    /// How many characters can come before it, and the first of them among all nodes.
    children: u16,
    first: u32,
}

const NONE: u16 = u16::MAX;

/// From this number of children on they are searched by halves.
const MANY: usize = 8;

impl Node {
    /// The number of the spelling that is complete here.
    pub(super) fn spelling(self) -> Option<usize> {
        (self.spelling != NONE).then_some(usize::from(self.spelling))
    }
}

/// Nodes level by level; those with the same parent lie side by side in the order of their characters.
pub(super) struct Tree(Vec<Node>);

impl Tree {
    /// The tree of these spellings, which are sorted by their characters from last to first.
    pub(super) fn of(spellings: &[Spelling]) -> Self {
        let mut nodes = vec![Node {
            c: 0,
            spelling: NONE,
            children: 0,
            first: 0,
        }];
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
                    });
                    at = past;
                }
                let children = nodes.len() - first;
                if let Some(node) = nodes.get_mut(parent) {
                    node.children = children as u16;
                    node.first = first as u32;
                }
            }
            level = below;
            depth += 1;
        }
        Self(nodes)
    }

    pub(super) fn root(&self) -> Node {
        self.0[0]
    }

    /// The node of a character before the one of this node.
    #[inline]
    pub(super) fn child(&self, node: Node, c: u32) -> Option<Node> {
        let (first, count) = (node.first as usize, usize::from(node.children));
        let children = self.0.get(first..first + count)?;
        if count < MANY {
            return children.iter().find(|n| n.c == c).copied();
        }
        let at = children.partition_point(|n| n.c < c);
        children.get(at).filter(|n| n.c == c).copied()
    }
}
