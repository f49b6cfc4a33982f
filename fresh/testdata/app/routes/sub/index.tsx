export default () => <p>sub index</p>;
