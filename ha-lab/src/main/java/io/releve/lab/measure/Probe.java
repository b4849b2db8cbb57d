package io.releve.lab.measure;

/** A question with yes or no for an answer, asked again and again on one thread. */
interface Probe extends AutoCloseable {

    /** Asks; may take as long as what it asks is frozen. Whatever is not there, is not. */
    boolean ask();

    /** Has a question under way end. May be called from another thread. */
    @Override
    void close();
}
