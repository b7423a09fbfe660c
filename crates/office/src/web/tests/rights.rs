//! Who may do what, as a table: printed for a lawyer, and tried cell by cell, by acts and through pages.

use std::fmt::Write;

use axum::http::StatusCode;
use tutela_law::Country;

use super::{Browser, Pages};
use crate::error::Error;
use crate::kernel::new_id;
use crate::kernel::record::{Command, Input};
use crate::kernel::rights::{Right, Role, allows};
use crate::registers::REGISTERS;
use crate::world::World;

/// The table as it was agreed. When it changes on purpose, run the test with `TUTELA_ACCEPT=1` and have the change read.
const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rights.txt");

const HEAD: &str = "\
Who may do what. A cross allows; everything else is refused. The first part lists every operation of every register, the second
every right by itself. This file is made from the program and compared with it by a test: nobody's rights change unseen.
";

fn line(out: &mut String, name: &str, right: Right) {
    write!(out, "  {name:<26}").unwrap();
    for role in Role::ALL {
        let mark = if allows(role, right) { "x" } else { "·" };
        write!(out, "{mark:^20}").unwrap();
    }
    let end = out.trim_end().len();
    out.truncate(end);
    out.push('\n');
}

fn table() -> String {
    let mut out = String::from(HEAD);
    write!(out, "\n  {:<26}", "").unwrap();
    for role in Role::ALL {
        write!(out, "{:^20}", role.as_str()).unwrap();
    }
    let end = out.trim_end().len();
    out.truncate(end);
    out.push('\n');
    for register in REGISTERS {
        writeln!(out, "\n{}", register.name).unwrap();
        line(&mut out, "(see)", register.see);
        for operation in register.operations {
            line(&mut out, operation.name, operation.right);
        }
    }
    out.push_str("\nrights\n");
    for right in Right::ALL {
        line(&mut out, &format!("{right:?}"), right);
    }
    out
}

#[test]
fn the_table_is_the_one_that_was_agreed() {
    let now = table();
    if std::env::var_os("TUTELA_ACCEPT").is_some() {
        std::fs::write(TABLE, &now).unwrap();
    }
    let agreed = std::fs::read_to_string(TABLE).unwrap_or_default();
    for (n, (now, agreed)) in now.lines().zip(agreed.lines()).enumerate() {
        assert_eq!(now, agreed, "line {} of tests/rights.txt", n + 1);
    }
    assert_eq!(now.lines().count(), agreed.lines().count(), "tests/rights.txt");
}

#[test]
fn nobody_who_keeps_the_program_reads_persons() {
    for right in [
        Right::SearchPersons,
        Right::OpenPersonal,
        Right::OpenIdentity,
        Right::ConfirmAccounts,
    ] {
        assert!(!allows(Role::Administrator, right), "{right:?}");
        assert!(!allows(Role::Inspector, right), "{right:?}");
    }
    // Who gives roles does not confirm them.
    for role in Role::ALL {
        assert!(
            !(allows(role, Right::ManageAccounts) && allows(role, Right::ConfirmAccounts)),
            "{role:?}"
        );
    }
}

#[tokio::test]
async fn every_cell_holds_for_acts() {
    let world = World::new(Country::Vn).await;
    let nowhere = new_id();
    for register in REGISTERS {
        for operation in register.operations {
            for role in Role::ALL {
                let command = Command {
                    register: register.name,
                    operation: operation.name,
                    card: (!operation.creates()).then_some(nowhere.as_str()),
                    version: None,
                    input: Input::new(),
                };
                let done = world.office.act(&world.actor(role), world.now, command).await;
                let refused = matches!(&done, Err(Error::Refused(r)) if r.key == "refusal-right");
                let cell = format!("{role:?} {}.{}: {done:?}", register.name, operation.name);
                assert_eq!(!refused, allows(role, operation.right), "{cell}");
            }
        }
    }
}

#[tokio::test]
async fn every_cell_holds_for_pages() {
    let pages = Pages::new(Country::Vn).await;
    let nowhere = new_id();
    for role in Role::ALL {
        let browser = pages.browser(role).await;
        for register in REGISTERS {
            let sees = allows(role, register.see);
            check(&pages, &browser, &format!("/registers/{}", register.name), sees).await;
            check(
                &pages,
                &browser,
                &format!("/registers/{}/{nowhere}", register.name),
                sees,
            )
            .await;
            for operation in register.operations {
                let may = allows(role, operation.right);
                let (path, may_look) = if operation.creates() {
                    (format!("/registers/{}/new/{}", register.name, operation.name), may)
                } else {
                    (
                        format!("/registers/{}/{nowhere}/{}", register.name, operation.name),
                        may && sees,
                    )
                };
                check(&pages, &browser, &path, may_look).await;
                let answer = pages.post(&browser, &path, &[]).await;
                let what = format!("{role:?} posts {path}: {}", answer.status);
                assert_eq!(answer.status != StatusCode::FORBIDDEN, may, "{what}");
                assert!(!answer.status.is_server_error(), "{what}");
            }
        }
        for (path, right) in [
            ("/today", Right::SeeDuties),
            ("/search", Right::SearchPersons),
            ("/bodies", Right::ManageInstallation),
        ] {
            check(&pages, &browser, path, allows(role, right)).await;
        }
        let accounts = allows(role, Right::ManageAccounts) || allows(role, Right::ConfirmAccounts);
        check(&pages, &browser, "/accounts", accounts).await;
        check(&pages, &browser, "/accounts/new", allows(role, Right::ManageAccounts)).await;
        check(&pages, &browser, "/bodies/new", allows(role, Right::ManageInstallation)).await;
        check(
            &pages,
            &browser,
            "/set-up/questions",
            allows(role, Right::KeepProcessing),
        )
        .await;
    }
}

async fn check(pages: &Pages, browser: &Browser, path: &str, may: bool) {
    let answer = pages.get(Some(browser), path).await;
    assert_eq!(answer.status != StatusCode::FORBIDDEN, may, "{path}: {}", answer.status);
    assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
}
