-- 0053_orders: indexes in the order in which rows are read. A page of a project's contacts sorted all of them, and a card the numbers and persons of a contact.
CREATE INDEX contact_project ON contact(project_id, id);
DROP INDEX phone_contact;
CREATE INDEX phone_contact ON phone(contact_id, position, id);
DROP INDEX person_contact;
CREATE INDEX person_contact ON person(contact_id, decides DESC, id);
CREATE INDEX call_asked ON call(asked_at, id); -- the journal over all projects
