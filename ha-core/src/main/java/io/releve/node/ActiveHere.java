package io.releve.node;

import io.releve.model.Role;
import io.releve.state.Roles;

/** Whether anything runs on this node, as far as its own ledger knows. */
final class ActiveHere {

    private ActiveHere() {}

    static boolean anything(Ledger ledger) {
        return ledger.resources().stream()
                .map(id -> Roles.of(ledger.history(id)))
                .anyMatch(Role::isActive);
    }
}
