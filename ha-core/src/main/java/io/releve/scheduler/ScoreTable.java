package io.releve.scheduler;

import io.releve.model.Score;
import java.util.Arrays;

/** The scores of one resource on the nodes, by the nodes' index. A node that is not listed is no candidate. */
final class ScoreTable {

    static final int INFINITY = 1_000_000;

    private final int[] scores;
    private final boolean[] listed;

    private ScoreTable(int[] scores, boolean[] listed) {
        this.scores = scores;
        this.listed = listed;
    }

    /** A table without any node. */
    static ScoreTable empty(int nodes) {
        return new ScoreTable(new int[nodes], new boolean[nodes]);
    }

    ScoreTable copy() {
        return new ScoreTable(scores.clone(), listed.clone());
    }

    /** Takes over what another table says. */
    void become(ScoreTable other) {
        System.arraycopy(other.scores, 0, scores, 0, scores.length);
        System.arraycopy(other.listed, 0, listed, 0, listed.length);
    }

    boolean lists(int node) {
        return listed[node];
    }

    boolean isEmpty() {
        for (boolean one : listed) {
            if (one) {
                return false;
            }
        }
        return true;
    }

    int get(int node) {
        return scores[node];
    }

    /** The score, or −INFINITY where the node is not listed. */
    int scoreOrBan(int node) {
        return listed[node] ? scores[node] : -INFINITY;
    }

    void set(int node, int score) {
        scores[node] = score;
        listed[node] = true;
    }

    /** Adds to the score; a node not listed gets exactly this score. */
    void add(int node, int score) {
        scores[node] = listed[node] ? Score.add(scores[node], score) : score;
        listed[node] = true;
    }

    /** Adds to every node of the cluster, listing those that are not. */
    void addEverywhere(int score) {
        for (int i = 0; i < scores.length; i++) {
            add(i, score);
        }
    }

    /** Adds to the nodes that are listed. */
    void addToListed(int score) {
        for (int i = 0; i < scores.length; i++) {
            if (listed[i]) {
                scores[i] = Score.add(scores[i], score);
            }
        }
    }

    void replaceEverywhere(int score) {
        Arrays.fill(scores, score);
        Arrays.fill(listed, true);
    }

    int size() {
        return scores.length;
    }
}
