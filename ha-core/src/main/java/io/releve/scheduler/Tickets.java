package io.releve.scheduler;

import io.releve.model.Constraint;
import io.releve.model.Constraint.Ticket.LossPolicy;
import io.releve.state.ClusterState.TicketState;

/** Keeps resources from running, or from being Promoted, without the ticket that they need. */
final class Tickets {

    private final Cluster cluster;

    Tickets(Cluster cluster) {
        this.cluster = cluster;
    }

    void apply() {
        for (Constraint constraint : cluster.config.constraints()) {
            if (constraint instanceof Constraint.Ticket ticket) {
                Unit unit = cluster.find(ticket.resource());
                TicketState state =
                        cluster.state.tickets().getOrDefault(ticket.ticket(), new TicketState(false, false));
                if (unit != null && (!state.granted() || state.standby())) {
                    apply(unit, ticket, state);
                }
            }
        }
    }

    private void apply(Unit unit, Constraint.Ticket ticket, TicketState state) {
        Phase role = ticket.role()
                .map(Phase::of)
                .filter(phase -> phase != Phase.STARTED)
                .orElse(Phase.UNKNOWN);
        LossPolicy policy = ticket.lossPolicy() == LossPolicy.FENCE && !cluster.options.fencing()
                ? LossPolicy.STOP
                : ticket.lossPolicy();
        if (role == Phase.PROMOTED && unit instanceof CloneUnit clone && clone.promotable) {
            clone.promotionDenied = true;
        }
        boolean bySlack = state.granted();
        unit.forEachPrimitive(part -> applyTo(part, ticket, role, policy, bySlack));
    }

    private void applyTo(PrimitiveUnit unit, Constraint.Ticket ticket, Phase role, LossPolicy policy, boolean standby) {
        boolean promotionOnly = role == Phase.PROMOTED && policy != LossPolicy.STOP;
        if (standby || unit.active.isEmpty()) {
            if (!promotionOnly) {
                ban(unit, ticket, standby);
            }
            return;
        }
        boolean concerned = role == Phase.UNKNOWN || role == unit.current;
        switch (policy) {
            case STOP -> ban(unit, ticket, false);
            case DEMOTE -> {
                if (role != Phase.PROMOTED) {
                    ban(unit, ticket, false);
                }
            }
            case FENCE -> {
                if (concerned) {
                    ban(unit, ticket, false);
                    unit.active.forEach(node -> node.mustBeFenced("the ticket " + ticket.ticket() + " was lost"));
                }
            }
            case FREEZE -> {
                if (concerned) {
                    unit.block();
                }
            }
        }
    }

    private void ban(PrimitiveUnit unit, Constraint.Ticket ticket, boolean standby) {
        unit.table.addEverywhere(-ScoreTable.INFINITY);
        cluster.reasons.add(
                unit,
                null,
                -ScoreTable.INFINITY,
                ticket.id(),
                "the ticket " + ticket.ticket() + (standby ? " is on standby" : " is not granted"));
    }
}
