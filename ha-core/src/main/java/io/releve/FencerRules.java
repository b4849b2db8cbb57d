package io.releve;

import io.releve.fencing.Fencer;
import io.releve.fencing.Fencing;
import io.releve.model.ConfigProblem;
import io.releve.model.FencingLevel;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Finds the mistakes between the fencers that are registered and the levels that are declared. */
record FencerRules(Map<String, Fencer> fencers, List<FencingLevel> levels) {

    void check(List<ConfigProblem> problems) {
        Set<String> named = levels.stream()
                .flatMap(level -> level.devices().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        for (String name : named) {
            if (!name.equals(Fencing.LEASE) && !fencers.containsKey(name)) {
                problems.add(new ConfigProblem(
                        "fencing-topology/" + name,
                        "there is no fencer '" + name + "': register it with fencer(…); registered are "
                                + new TreeSet<>(fencers.keySet()) + ", and '" + Fencing.LEASE + "' is always there"));
            }
        }
        fencers.forEach((name, fencer) -> {
            if (name.equals(Fencing.LEASE)) {
                problems.add(new ConfigProblem(
                        "fencers/" + name, "the name stands for the end of the lease: choose another one"));
            } else if (!named.contains(name)) {
                problems.add(new ConfigProblem(
                        "fencers/" + name, "no level names it, so that it is never asked: add a fencingLevel(…)"));
            }
            fencer.validate().forEach(mistake -> problems.add(new ConfigProblem("fencers/" + name, mistake)));
        });
    }
}
