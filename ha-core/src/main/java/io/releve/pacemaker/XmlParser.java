package io.releve.pacemaker;

import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads XML from sources that are not trusted: no document type, no entities of its own, and bounds on size, depth and
 * number of elements.
 */
final class XmlParser {

    static final int MAX_BYTES = 512 * 1024 * 1024;
    static final int MAX_DEPTH = 64;
    static final int MAX_ELEMENTS = 10_000_000;
    static final int MAX_ATTRIBUTES = 256;

    private final Map<String, String> names = new HashMap<>();

    Xml parse(InputStream in) {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("external entities are refused");
        });
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new BoundedStream(in, MAX_BYTES));
            try {
                return read(reader);
            } finally {
                reader.close();
            }
        } catch (XMLStreamException broken) {
            throw unreadable(broken.getLocation(), firstLine(broken.getMessage()));
        } catch (BoundedStream.TooBig tooBig) {
            throw new UnreadableConfigurationException(
                    "the document has more than " + MAX_BYTES / 1024 / 1024 + " MiB", 0, 0);
        }
    }

    private static String firstLine(@Nullable String message) {
        String text = message == null ? "" : message;
        int at = text.lastIndexOf("Message: ");
        return "not well-formed XML: " + (at < 0 ? text : text.substring(at + "Message: ".length()));
    }

    private static UnreadableConfigurationException unreadable(@Nullable Location at, String message) {
        return new UnreadableConfigurationException(
                message, at == null ? 0 : at.getLineNumber(), at == null ? 0 : at.getColumnNumber());
    }

    private Xml read(XMLStreamReader reader) throws XMLStreamException {
        Deque<Xml> open = new ArrayDeque<>();
        Xml root = null;
        int elements = 0;
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    if (++elements > MAX_ELEMENTS) {
                        throw unreadable(reader.getLocation(), "more than " + MAX_ELEMENTS + " elements");
                    }
                    Xml element = element(reader);
                    Xml parent = open.peek();
                    if (parent == null) {
                        root = element;
                    } else {
                        parent.children.add(element);
                    }
                    open.push(element);
                    if (open.size() > MAX_DEPTH) {
                        throw unreadable(reader.getLocation(), "elements nested more than " + MAX_DEPTH + " deep");
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> open.pop();
                case XMLStreamConstants.DTD ->
                    throw unreadable(reader.getLocation(), "a document type is refused: remove <!DOCTYPE …>");
                case XMLStreamConstants.ENTITY_REFERENCE ->
                    throw unreadable(reader.getLocation(), "the entity &" + reader.getLocalName() + "; is refused");
                default -> {
                    // Text and comments carry nothing.
                }
            }
        }
        if (root == null) {
            throw unreadable(reader.getLocation(), "the document is empty");
        }
        return root;
    }

    private Xml element(XMLStreamReader reader) {
        Xml element = new Xml(intern(reader.getLocalName()), reader.getLocation().getLineNumber());
        int count = reader.getAttributeCount();
        if (count > MAX_ATTRIBUTES) {
            throw unreadable(reader.getLocation(), "an element with more than " + MAX_ATTRIBUTES + " attributes");
        }
        for (int i = 0; i < count; i++) {
            element.attributes.put(intern(reader.getAttributeLocalName(i)), reader.getAttributeValue(i));
        }
        return element;
    }

    private String intern(String name) {
        String known = names.putIfAbsent(name, name);
        return known == null ? name : known;
    }
}
